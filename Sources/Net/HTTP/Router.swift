import NIOHTTP1

/// Finds the route of a path: a tree of fixed segments, with at most one parameter at each place.
struct Router: Sendable {
    struct Match: Sendable {
        let route: Route
        /// The values of the template's `{…}`, in order.
        let parameters: [String]
    }

    enum Result: Sendable {
        case found(Match)
        case wrongMethod(allowed: [String])
        case notFound
    }

    private final class Node: Sendable {
        let fixed: [String: Node]
        let parameter: Node?
        let routes: [Route]

        init(_ routes: [(segments: ArraySlice<Substring>, route: Route)]) {
            self.routes = routes.filter { $0.segments.isEmpty }.map(\.route)
            let deeper = routes.filter { !$0.segments.isEmpty }
            let groups = Dictionary(grouping: deeper) { $0.segments.first ?? "" }
            var fixed: [String: Node] = [:]
            var parameter: Node?
            for (segment, group) in groups {
                let node = Node(group.map { ($0.segments.dropFirst(), $0.route) })
                if segment.hasPrefix("{") {
                    precondition(parameter == nil, "two parameters at one place: \(segment)")
                    parameter = node
                } else {
                    fixed[String(segment)] = node
                }
            }
            self.fixed = fixed
            self.parameter = parameter
        }
    }

    private let root: Node

    init(_ routes: [Route]) {
        self.root = Node(routes.map { ($0.path.dropFirst().split(separator: "/")[...], $0) })
    }

    func match(_ method: HTTPMethod, _ segments: [String]) -> Result {
        var node = self.root
        var parameters: [String] = []
        for segment in segments {
            if let next = node.fixed[segment] {
                node = next
            } else if let next = node.parameter, !segment.isEmpty {
                node = next
                parameters.append(segment)
            } else {
                return .notFound
            }
        }
        guard !node.routes.isEmpty else { return .notFound }
        let wanted = method == .HEAD ? .GET : method
        if let route = node.routes.first(where: { $0.method == wanted }) {
            return .found(Match(route: route, parameters: parameters))
        }
        let allowed = node.routes.map(\.method.rawValue)
        let implied = allowed.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]
        return .wrongMethod(allowed: allowed + implied)
    }
}
