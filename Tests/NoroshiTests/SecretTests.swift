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
            for id in ids {
                let command = try CommandRun(
                    CommandRun.noroshi,
                    ["deliveries", "show", id, "--server", server.base],
                    environment: ["NOROSHI_TOKEN": "canary-token-61fa"]
                )
                #expect(command.status == 0, "\(command.errors)")
                shown += command.output + command.errors
            }
            #expect(await server.terminate() == 0)
            shown += server.log
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
}
