import HTTPTypes
import HTTPSurface
import Synchronization

/// An express route that does what the body says.
final class ScriptedRoute: ExpressRoute {
    struct Trouble: Error {}

    private struct State {
        var answered: [String] = []
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let reached = AsyncStream.makeStream(of: Void.self)

    let path = "/lane"
    /// More is left to the router while it is being read.
    static let mostBytes = 60_000

    /// The bodies that were taken.
    var answered: [String] { state.withLock { $0.answered } }

    static func answer(_ body: [UInt8], way: String) -> PlainAnswer {
        PlainAnswer(.ok, headers: [.contentType: "text/plain", HTTPField.Name(constant: "X-Way"): way], body: body)
    }

    func admit(_ headers: HTTPFields) -> (any ExpressRequest)? {
        headers[HTTPField.Name(constant: "X-Refuse")] == nil ? ScriptedRequest(route: self) : nil
    }

    /// Returns once a request with the body `wait` has come.
    func waiting() async { for await _ in reached.stream { return } }

    /// Answers every request that waits.
    func release() {
        let all = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for answer in all { answer() }
    }

    private struct ScriptedRequest: ExpressRequest {
        let route: ScriptedRoute

        func receives(_ bytes: Int) -> Bool { bytes <= ScriptedRoute.mostBytes }

        func answer(
            _ body: [UInt8],
            log: RequestLog,
            deliver: @escaping @Sendable (_ answer: @escaping @Sendable () throws -> PlainAnswer) -> Void
        ) -> Bool {
            let text = String(decoding: body, as: UTF8.self)
            guard text != "leave" else { return false }
            route.state.withLock { $0.answered.append(text) }
            switch text {
            case "problem": deliver { throw Problem(.conflict, detail: "as told") }
            case "trouble": deliver { throw Trouble() }
            case "wait":
                route.state.withLock { $0.waiting.append { deliver { ScriptedRoute.answer(body, way: "express") } } }
                route.reached.continuation.yield()
            default: deliver { ScriptedRoute.answer(body, way: "express") }
            }
            return true
        }
    }
}
