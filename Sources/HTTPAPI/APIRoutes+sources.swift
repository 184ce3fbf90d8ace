import Findings
import HTTPSurface
import Hummingbird
import Operations

extension APIRoutes {
    /// The queues that are pulled, and how that goes.
    func sources(_ request: Request) throws -> JSONAnswer {
        try QueryReader(request).finish()
        let now = operations.status.now()
        return JSONAnswer(["sources": .array(operations.status.sourceStates().map { $0.json(at: now) })])
    }
}
