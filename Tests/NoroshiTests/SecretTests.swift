import CurlClient
import Findings
import Foundation
import HTTPTypes
import NoroshiTestSupport
import Testing

@Suite("Secrets", .timeLimit(.minutes(15)))
struct SecretTests {
    private static let canaries = [
        "canary-url-4f1d", "canary-secret-9a2b", "canary-header-77c1", "canary-user-30de", "canary-password-b5e8",
        "canary-token-61fa", "canary-bot-8e03",
    ]

    private static let routes = """
        {"version":1,"destinations":{
        "chat":{"type":"slack","url":{"env":"CHAT_URL"},"allowPrivate":true,"fallback":"mail"},
        "hook":{"type":"webhook","url":{"env":"HOOK_URL"},"secret":{"env":"HOOK_SECRET"},"allowPrivate":true,\
        "headers":{"x-extra":{"env":"HOOK_HEADER"}}},
        "bot":{"type":"slack","token":{"env":"BOT_TOKEN"},"channel":"C0123ABCD","api":"API","allowPrivate":true},
        "mail":{"type":"email","to":["soc@example.com"],"allowPrivate":true}},
        "email":{"host":"127.0.0.1","port":9,"tls":"none","from":"noroshi@example.com","username":{"env":"MAIL_USER"},\
        "password":{"env":"MAIL_PASSWORD"}},
        "rules":[{"name":"all","when":{},"send":["chat","bot","hook","mail"]}]}
        """

    @Test("no secret appears in a log, an answer, a metric, a command's output or the database")
    func canary() async throws {
        try await Receiver.run { receiver, url in
            receiver.answer(.notFound)
            let server = try ServerProcess(
                routes: SecretTests.routes.replacing("\"API\"", with: "\"\(url)/api\""),
                environment: [
                    "CHAT_URL": "\(url)/services/T0/B0/canary-url-4f1d",
                    "HOOK_URL": "\(url)/hook?key=canary-url-4f1d",
                    "HOOK_SECRET": "canary-secret-9a2b-long-enough-to-sign-with", "HOOK_HEADER": "canary-header-77c1",
                    "BOT_TOKEN": "xoxb-canary-bot-8e03",
                    "MAIL_USER": "canary-user-30de", "MAIL_PASSWORD": "canary-password-b5e8",
                    "NOROSHI_TOKEN": "canary-token-61fa",
                ],
                arguments: ["--log-level", "trace"]
            )
            try await server.start()
            let token = [(name: "authorization", value: "Bearer canary-token-61fa")]
            let wrong = [(name: "authorization", value: "Bearer canary-token-61fb")]
            #expect(try await server.request("GET", "/api/v1/status", headers: wrong).status == 401)
            let posted = try await server.request("POST", "/v1/events", body: Sample.guardDuty(1), headers: token)
            #expect(posted.status == 200)
            await receiver.wait { received in
                ["/services", "/hook", "/api/chat.postMessage"].allSatisfy { prefix in
                    received.contains { $0.path.hasPrefix(prefix) }
                }
            }
            #expect(server.log.isEmpty == false)

            var shown = ""
            var paths = [
                "/api/v1/status", "/api/v1/findings", "/api/v1/deliveries", "/api/v1/destinations", "/api/v1/routes",
                "/api/v1/routes/versions", "/api/v1/quarantine", "/metrics", "/readyz", "/livez",
            ]
            let list = try JSONDocument.parse(
                try await server.request("GET", "/api/v1/deliveries", headers: token).body
            )
            let ids = try #require(list["items"]).elements.compactMap { $0["id"]?.string }
            #expect(ids.count >= 4)
            paths += ids.map { "/api/v1/deliveries/\($0)" }
            for path in paths {
                let response = try await server.request("GET", path, headers: token)
                #expect(response.status == 200, "\(path)")
                shown += String(decoding: response.body, as: UTF8.self) + "\n"
            }
            shown += try await rules(server, token)
            // It goes on until the server ends.
            async let stream = server.client.perform(
                HTTPRequest(
                    method: "GET",
                    url: try WebURL(server.base + "/api/v1/stream?topics=overview,rules,deliveries,findings"),
                    headers: token,
                    timeout: .seconds(600),
                    addresses: .any
                )
            ).result.get()
            for id in ids {
                let command = try CommandRun(
                    CommandRun.noroshi,
                    ["deliveries", "show", id, "--server", server.base],
                    environment: ["NOROSHI_TOKEN": "canary-token-61fa"]
                )
                #expect(command.status == 0, "\(command.errors)")
                shown += command.output + command.errors
            }
            // It has begun to listen.
            while true {
                let metrics = try await server.request("GET", "/metrics", headers: token)
                if String(decoding: metrics.body, as: UTF8.self).contains("noroshi_streams_open 1") { break }
                await Task.yield()
            }
            #expect(await server.terminate() == 0)
            let told = String(decoding: try await stream.body, as: UTF8.self)
            #expect(told.contains("id: "))
            shown += told + server.log
            let files = try FileManager.default.contentsOfDirectory(atPath: server.dataPath)
            for file in files {
                let data = try Data(contentsOf: URL(filePath: server.dataPath).appending(path: file))
                for canary in SecretTests.canaries {
                    #expect(data.range(of: Data(canary.utf8)) == nil, "\(canary) in \(file)")
                }
            }
            for canary in SecretTests.canaries { #expect(shown.contains(canary) == false, "\(canary)") }
        }
    }

    /// What the server says of drafts, previews, replays, differences and the audit.
    private func rules(_ server: ServerProcess, _ token: [(name: String, value: String)]) async throws -> String {
        var shown = ""
        func ask(_ method: String, _ path: String, _ body: String = "") async throws -> JSON {
            let headers = token + [(name: "if-match", value: "*")]
            let response = try await server.request(method, "/api/v1/\(path)", body: body, headers: headers)
            let text = String(decoding: response.body, as: UTF8.self)
            #expect((200...202).contains(response.status), "\(method) \(path): \(text)")
            shown += text + "\n"
            return try JSONDocument.parse(text.hasPrefix("{") ? text : "{}")
        }
        _ = try await ask("POST", "drafts")
        let edits =
            #"{"ops": [{"op": "set", "pointer": "/destinations/hook/headers/x-other", "value": {"env": "HOOK_SECRET"}}, "#
            + #"{"op": "set", "pointer": "/rules/0/when", "value": {"severity": "critical"}}]}"#
        _ = try await ask("PATCH", "drafts/d1", edits)
        let replay = try #require(
            try await ask("POST", "replays", #"{"draft": "d1", "depth": "messages"}"#)["id"]?.string
        )
        while ["queued", "running"].contains(try await ask("GET", "replays/\(replay)")["state"]?.string) {
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        _ = try await ask("POST", "drafts/d1/preview", #"{"rule": "all"}"#)
        _ = try await ask("POST", "drafts/d1/propose", #"{"note": "why"}"#)
        _ = try await ask("PUT", "shadow", #"{"draft": "d1"}"#)
        for destination in ["chat", "hook", "bot", "mail"] {
            _ = try await ask("POST", "destinations/\(destination)/preview", "{}")
        }
        for path in [
            "drafts", "drafts/d1", "drafts/d1/patch", "replays", "replays/\(replay)/findings", "audit", "shadow",
            "routes/diff?from=active&to=d1", "routes/expectations?of=d1", "routes/lint", "routes/versions/1/text",
            "coverage", "stats", "stats/open", "sources", "nodes", "silences", "waiting", "sessions",
        ] {
            _ = try await ask("GET", path)
        }
        return shown
    }
}
