import Findings
import FoundationEssentials
import HTTPSurface
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NoroshiTestSupport
import Routing
import Store
import Synchronization

@testable import Console

/// Sign-ins in memory.
final class SessionsInMemory: Sessions {
    let records = Mutex<[[UInt8]: SessionRecord]>([:])

    func formSecret() async throws -> FormSecret { FormSecret(bytes: [UInt8](repeating: 7, count: 32)) }
    func session(_ id: [UInt8]) async throws -> SessionRecord? { records.withLock { $0[id] } }
    func begin(_ session: SessionRecord) async throws { records.withLock { $0[session.id] = session } }
    func noteUse(of id: [UInt8], at moment: Date) async throws { records.withLock { $0[id]?.usedAt = moment } }
    func sessions(openAt now: Date) async throws -> [SessionRecord] {
        records.withLock { $0.values.filter { $0.isOpen(at: now) }.sorted { $0.usedAt > $1.usedAt } }
    }
    func endSession(_ id: [UInt8]) async throws { records.withLock { $0[id] = nil } }
    func endSessions(but kept: [UInt8]?, of token: String?, openAt now: Date) async throws -> Int {
        records.withLock { records in
            let ended = records.values.filter { $0.id != kept && (token == nil || $0.token == token) }
            for session in ended { records[session.id] = nil }
            return ended.count { $0.isOpen(at: now) }
        }
    }
}

/// The console over scripted roles, asked as `localhost`.
struct ConsoleHarness {
    var roles = FakeRoles(Example.state)
    var credentials = Credentials.none
    var sessions = SessionsInMemory()
    var mode = ConsoleRoutes.Mode.on
    var rules = Example.routes
    let clock = WallClock()

    /// A wall clock that goes on when it is told to.
    final class WallClock: Sendable {
        private let moment = Mutex(Example.now)

        var now: Date { moment.withLock { $0 } }

        func pass(_ seconds: Double) { moment.withLock { $0 += seconds } }
    }

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var body: String

        var cookie: String? { headers[.setCookie].map { String($0.prefix { $0 != ";" }) } }
        /// What the page's forms carry.
        var formToken: String? {
            body.firstRange(of: #"name="_csrf" value=""#).map { String(body[$0.upperBound...].prefix { $0 != "\"" }) }
        }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ uri: String,
        headers: HTTPFields = [:],
        form: [(String, String)]? = nil
    ) async throws -> Answer {
        let router = SurfaceResponder.router()
        let now = clock.now
        ConsoleRoutes(
            operations: try Example.operations(roles, rules: rules),
            credentials: credentials,
            sessions: sessions,
            formSecret: try await sessions.formSecret(),
            mode: mode,
            version: "1.2.3",
            now: { now }
        ).add(to: router)
        var headers = headers
        let body = form.map { fields in
            fields.map { "\($0.percentEncoded)=\($1.percentEncoded)" }.joined(separator: "&")
        }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let sent = headers
        return try await Application(responder: SurfaceResponder(router)).test(.router) { client in
            let response = try await client.execute(
                uri: uri,
                method: method,
                headers: sent,
                body: body.map { ByteBuffer(string: $0) }
            )
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                body: String(buffer: response.body)
            )
        }
    }
}

extension HTTPFields {
    /// What a browser says of a page's own form.
    static let ownForm: HTTPFields = [.secFetchSite: "same-origin"]
}
