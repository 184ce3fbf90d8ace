import NoroshiTestSupport
import Operations
import Store
import Synchronization
import Testing
import Logging

@testable import Console

@Suite("Publishing what was measured, in the console")
struct MeasuredPublishTests {
    /// An editor with a draft that was measured to the end.
    private func measured(_ text: String) async throws -> EditorHarness {
        let editor = try await EditorHarness(MeasuredChange.rules)
        editor.harness.roles.state.withLock { $0.observed = MeasuredChange.observed }
        #expect(try await editor.post("/rules/json", [("json", text), ("do", "keep")]).status == 303)
        let replays = try Example.operations(editor.harness.roles, rules: MeasuredChange.rules).replays
        let request = ReplayRequest(candidate: .text(Array(text.utf8)), against: .version(1))
        let author = Author(.console, "token.a", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let id = try await replays.start(request, by: author).replay.id
        #expect(try await replays.ended(id).state == .done)
        return editor
    }

    @Test("the page has exactly the ticks that the measured effect needs", arguments: MeasuredChange.allCases)
    func ticks(change: MeasuredChange) async throws {
        let editor = try await measured(change.rules)
        let (nobody, suppressed) = change.counts
        let wanted = ["nobody": nobody > 0, "suppressed": suppressed > 0, "unmeasured": false]
        func names(_ body: String) -> [String: Bool] {
            wanted.mapValues { _ in false }.merging(
                wanted.keys.map { ($0, body.contains(#"name="\#($0)""#)) },
                uniquingKeysWith: { $1 }
            )
        }
        let page = try await editor.get("/draft/publish").body
        #expect(names(page) == wanted)
        let effect =
            nobody > 0
            ? [#"that came in: <b class="t-bad">\#(nobody) reach nobody</b>"#, #"; secops <span class="t-loss nw">−"#]
            : ["came in"]
        func hasEffect(_ body: String) -> Bool { effect.allSatisfy(body.contains) }
        #expect(hasEffect(page) && page.contains(#"href="/draft/effect">Its effect</a>"#))
        #expect(nobody == 0 || page.contains("<b>\(nobody) finding"))
        #expect(suppressed == 0 || page.contains("<b>\(suppressed) findings of HIGH or worse are suppressed</b>"))
        let fields = [("active", "1"), ("note", "why")]
        let needed = wanted.filter(\.value).map { ($0.key, "1") }
        for missing in needed {
            let others = wanted.keys.filter { $0 != missing.0 }.map { ($0, "1") }
            for ticks in [[], others] {
                let refused = try await editor.post("/draft/publish", fields + ticks)
                #expect(refused.status == 409 && names(refused.body) == wanted)
                #expect(refused.body.contains("Tick what you have seen, below.") && hasEffect(refused.body))
            }
        }
        #expect(editor.versions.count == 1)
        #expect(try await editor.post("/draft/publish", fields + needed).status == 303)
        #expect(editor.versions.count == 2)
    }
}
