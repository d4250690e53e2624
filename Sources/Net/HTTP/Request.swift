import NIOHTTP1

/// One request, whole, as the router and the endpoints see it.
package struct Request: Sendable {
    let method: HTTPMethod
    let target: RequestTarget
    let fields: RequestFields
    let body: [UInt8]
}
