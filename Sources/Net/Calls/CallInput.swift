import NIOHTTP1

extension Call {
    /// What came with a request, in whatever form it came.
    struct Input: Sendable {
        let method: HTTPMethod
        /// The path below `/api/v1`; a command without a key has none.
        let segments: [String]
        /// The values of the path's `{…}`, in order; `null` where a command lacks one.
        let parameters: [JSONValue]
        let query: [(name: String, value: JSONValue)]
        let body: Body
        /// What stands where the `Idempotency-Key` belongs.
        let key: JSONValue?

        var hasBody: Bool { if case .none = self.body { false } else { true } }
    }

    /// A body that was read. What is wrong with it does not matter where nobody asks for it.
    enum Body: Sendable {
        case none
        case json(JSONValue)
        case malformed(JSONError)

        init(_ bytes: [UInt8]) {
            guard !bytes.isEmpty else {
                self = .none
                return
            }
            do throws(JSONError) {
                self = .json(try JSONReader.read(bytes))
            } catch {
                self = .malformed(error)
            }
        }

        /// nil where there is none.
        var value: JSONValue? {
            get throws(ValidationFailure) {
                switch self {
                case .none: nil
                case .json(let value): value
                case .malformed(let error): throw ValidationFailure(error)
                }
            }
        }
    }
}

extension Call.Input {
    init(_ request: Request, parameters: [String]) {
        self.init(
            method: request.method,
            segments: request.target.segments,
            parameters: parameters.map { .string($0) },
            query: request.target.query.map { (name: $0.0, value: .string($0.1)) },
            body: Call.Body(request.body),
            key: request.fields.idempotencyKey.map { .string($0) }
        )
    }
}
