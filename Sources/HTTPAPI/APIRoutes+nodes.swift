import Findings
import HTTPSurface
import Hummingbird
import Operations

extension APIRoutes {
    /// The processes that work on the store, and which of them does what.
    func nodes(_ request: Request) async throws -> JSONAnswer {
        try QueryReader(request).finish()
        return JSONAnswer([
            "nodes": .array(try await operations.nodes.list().map(\.json)),
            "shared": .bool(operations.nodes.isShared),
        ])
    }
}
