import Findings
import HTTPSurface
import HTTPTypes
import NoroshiTestSupport
import Operations
import Routing
import Store
import Synchronization
import Testing

@testable import Console

@Suite("Drafts in the console")
struct DraftPagesTests {
    @Test("a draft is published with a note and a tick, and taken back with one button")
    func publish() async throws {
        let editor = try await EditorHarness()
        #expect(try await editor.get("/draft/publish").body.contains("You have no draft"))
        _ = try await editor.post("/rules", [("do", "off high")])
        let page = try await editor.get("/draft/publish").body
        #expect(page.contains("Not measured.") && page.contains("1 changed"))
        let active = ("active", "1")
        #expect(page.contains("was not measured yet: “See effect” does"))
        let silent = try await editor.post("/draft/publish", [active, ("note", " "), ("unmeasured", "1")])
        #expect(silent.status == 400 && silent.body.contains("Say in a note"))
        let unticked = try await editor.post("/draft/publish", [active, ("note", "PCI is over.")])
        #expect(unticked.status == 409 && unticked.body.contains("PCI is over.") && editor.versions.count == 1)
        let done = try await editor.post("/draft/publish", [active, ("note", "PCI is over."), ("unmeasured", "1")])
        #expect(done.status == 303 && editor.versions.count == 2)
        let rules = try await editor.get("/rules").body
        #expect(rules.contains("v2 is in force.</b> “PCI is over.”") && rules.contains("Undo: back to v1"))
        let undo = [("active", "2"), ("unmeasured", "1"), ("nobody", "1"), ("suppressed", "1")]
        #expect(try await editor.post("/versions/1/rollback", undo).status == 303)
        #expect(editor.versions.count == 3)
        #expect(editor.versions.contains { $0.revision.note == "Roll back to v1" })
        let entries = editor.harness.roles.state.withLock { $0.audit.map(\.entry) }
            .filter { $0.action == "routes.publish" }
        #expect(entries.map(\.before) == ["v1", "v2"])
        #expect(entries.map(\.after) == ["rule changed: high", "rule changed: high"])
    }

    @Test("where the rules are kept in a file a draft is proposed, and nothing is published")
    func propose() async throws {
        let editor = try await EditorHarness(keeping: .file)
        _ = try await editor.post("/rules", [("do", "off high")])
        let page = try await editor.get("/draft/publish").body
        #expect(page.contains("Propose your draft") && page.contains("/drafts/d1/patch"))
        let silent = try await editor.post("/draft/propose", [("note", " ")])
        #expect(silent.status == 400 && silent.body.contains("Say in a note"))
        #expect(try await editor.post("/draft/propose", [("note", "PCI <is> over.")]).status == 303)
        let proposed = try await editor.get("/draft/publish").body
        #expect(proposed.contains("<b>Proposed.</b>") && proposed.contains("Change the note"))
        #expect(try await editor.get("/rules").body.contains("proposed: PCI &lt;is&gt; over."))
        #expect(try await editor.get("/versions").body.contains("proposed: PCI &lt;is&gt; over."))
        let patch = try await editor.get("/drafts/d1/patch")
        #expect(patch.headers[.contentType] == "text/x-diff; charset=utf-8")
        #expect(patch.body.hasPrefix("--- a/routes.json") && patch.body.contains("+"))
        #expect(try await editor.get("/drafts/d1/routes.json").body == editor.draftText)
        let forced = try await editor.post("/draft/publish", [("active", "1"), ("note", "x"), ("unmeasured", "1")])
        #expect(forced.status == 403 && editor.versions.count == 1)
        #expect(try await editor.get("/versions/1/rollback").status == 403)
    }

    @Test("in the store's keeping a file that says what was never in force is told of, and becomes a draft")
    func unreadFile() async throws {
        let editor = try await EditorHarness()
        func file(_ text: String?) { editor.harness.roles.state.withLock { $0.file = text.map { Array($0.utf8) } } }
        let words = "The rules file is another than v1."
        #expect(try await editor.get("/versions/file").status == 404)
        #expect(try await editor.get("/rules").body.contains(words) == false)
        file("{")
        #expect(try await editor.get("/rules").body.contains(words))
        let bad = try await editor.get("/versions/file").body
        #expect(bad.contains("The file does not load.") && bad.contains("Make a draft of it") == false)
        #expect(try await editor.post("/versions/file", []).status == 422)
        file(EditorHarness.routes.replacing("weekly", with: "daily"))
        let page = try await editor.get("/versions/file").body
        #expect(page.contains("v1 → the rules file") && page.contains("daily") && page.contains("Make a draft of it"))
        #expect(try await editor.post("/versions/file", []).headers[.location] == "/draft/changes")
        #expect(editor.draftText?.contains("daily") == true && editor.versions.count == 1)
        #expect(try await editor.get("/versions/file").body.contains("You have draft d1 already"))
    }

    @Test("what is wrong with the rules file stands on the pages about rules and versions, and its replacing is ticked")
    func badFile() async throws {
        let editor = try await EditorHarness(keeping: .writableFile)
        editor.harness.roles.state.withLock { $0.reload = .refused(["routes.json:3:1: expected a <comma>"]) }
        for path in ["/rules", "/versions", "/coverage", "/try", "/settings", "/shadow", "/expectations"] {
            #expect(try await editor.get(path).body.contains("expected a &lt;comma&gt;"), "\(path)")
        }
        _ = try await editor.post("/rules", [("do", "off high")])
        #expect(try await editor.get("/draft/publish").body.contains("Replace the bad file."))
        editor.harness.roles.state.withLock { $0.reload = nil }
        #expect(try await editor.get("/draft/publish").body.contains("Replace the bad file.") == false)
    }

    /// Somebody else publishes.
    private func publish(_ text: String, over editor: EditorHarness) {
        let revision = RouteRevision(
            version: 2,
            hash: "b",
            author: "console:token.kenji",
            activatedAt: Example.now,
            note: "Data goes to the guild.",
            parent: 1,
            origin: .console
        )
        editor.harness.roles.state.withLock { $0.revisions.append((revision, Array(text.utf8))) }
    }

    @Test("what fits is put onto what somebody published meanwhile")
    func fits() async throws {
        let editor = try await EditorHarness()
        _ = try await editor.post("/rules", [("do", "off high")])
        publish(EditorHarness.routes.replacing("weekly", with: "daily"), over: editor)
        #expect(try await editor.get("/rules").body.contains("v2 was published meanwhile"))
        let page = try await editor.get("/draft/publish").body
        #expect(page.contains("Somebody published meanwhile") && page.contains("Data goes to the guild."))
        #expect(page.contains("kenji, in the console"))
        let answer = try await editor.post("/draft/merge", [])
        #expect(answer.headers[.location] == "/draft/changes" && editor.draft?.content.base == 2)
        #expect(try #require(editor.draftText).contains("daily"))
    }

    @Test("what both changed is shown in three columns, and decided before anything is put together")
    func conflict() async throws {
        let editor = try await EditorHarness()
        let mine = try editor.fields(of: "high") { $0.send = ["secops", "mail"] }
        _ = try await editor.post("/rules/edit/high", mine + [("do", "keep")])
        let theirs = EditorHarness.routes.replacing(#""send": ["secops"]"#, with: #""send": ["mail"]"#)
        publish(theirs, over: editor)
        let page = try await editor.get("/draft/merge").body
        #expect(page.contains("Yours") && page.contains("Base") && page.contains("Theirs"))
        let pointer = try #require(EditorHarness.field("p.0", of: page))
        #expect(pointer.hasPrefix("/rules/high"))
        #expect(try await editor.post("/draft/merge", [("p.0", pointer)]).status == 409)
        #expect(editor.draft?.content.base == 1)
        let done = try await editor.post("/draft/merge", [("p.0", pointer), ("c.0", "mine")])
        #expect(done.status == 303 && editor.draft?.content.base == 2)
        #expect(done.headers[.location] == "/draft/changes")
    }

    @Test("what is neither side's begins with mine, and leads to the editor of what it is about")
    func edited() async throws {
        let editor = try await EditorHarness()
        let mine = try editor.fields(of: "high") { $0.send = ["secops", "mail"] }
        _ = try await editor.post("/rules/edit/high", mine + [("do", "keep")])
        publish(EditorHarness.routes.replacing(#""send": ["secops"]"#, with: #""send": ["mail"]"#), over: editor)
        let page = try await editor.get("/draft/merge").body
        let pointer = try #require(EditorHarness.field("p.0", of: page))
        let done = try await editor.post("/draft/merge", [("p.0", pointer), ("c.0", "edit")])
        #expect(done.headers[.location] == "/rules/edit/high?as=json" && editor.draft?.content.base == 2)
        #expect(editor.draftText?.contains(#""secops", "mail""#) == true)
    }

    @Test("what a roll back changes is measured on its page")
    func rollbackMeasured() async throws {
        let editor = try await EditorHarness()
        publish(EditorHarness.routes.replacing("weekly", with: "daily"), over: editor)
        let page = try await editor.get("/versions/1/rollback").body
        #expect(page.contains("was not measured yet") && page.contains("Not measured.</b>"))
        let asked = try await editor.post("/versions/1/effect", [])
        #expect(asked.headers[.location] == "/versions/1/rollback")
        let replays = try await editor.harness.roles.replays()
        #expect(replays.map(\.ask.depth) == ["messages", "decisions"] && replays.map(\.ask.against) == [2, 2])
        let viewer = try await EditorHarness(role: .viewer)
        #expect(try await viewer.post("/versions/1/effect", []).status == 403)
    }

    @Test("the condition of a rule for findings that reach nobody is what all of them have in common")
    func common() {
        let findings = (0..<12).map { index in
            Finding.example(
                key: "\(index)",
                severity: index < 6 ? .high : .critical,
                account: "\(111_122_220_000 + index)",
                region: index == 3 ? nil : "eu-central-1"
            )
        }
        let form = ConditionForm(ofAll: findings)
        let lines = form.lines.map { line in
            if case .field(let field) = line { "\(field.field): \(field.values)" } else { "" }
        }
        // Twelve accounts are no condition, and one finding has no Region.
        #expect(lines.contains("severity: critical, high"))
        #expect(lines.contains { $0.hasPrefix("account") || $0.hasPrefix("region") } == false)
        #expect(lines.contains { $0.hasPrefix("product: ") })
        #expect(ConditionForm(ofAll: []).lines.isEmpty)
        #expect(ConditionForm(ofAll: Array(findings.prefix(3))).lines.count == lines.count + 2)
    }

    @Test("versions are listed, shown with line numbers, compared and downloaded")
    func versions() async throws {
        let editor = try await EditorHarness()
        publish(EditorHarness.routes.replacing(#""suppress": "weekly""#, with: #""send": ["mail"]"#), over: editor)
        let list = try await editor.get("/versions").body
        #expect(
            list.contains("v2") && list.contains("Data goes to the guild.") && list.contains("Read from routes.json")
        )
        let one = try await editor.get("/versions/1").body
        #expect(one.contains(#"<span class="ln">1</span>"#) && one.contains("Roll back to v1"))
        let compare = try await editor.get("/versions/compare?from=v2&to=1")
        #expect(compare.headers[.location] == "/versions/1..2")
        let difference = try await editor.get("/versions/1..2").body
        #expect(difference.contains("sandbox") && difference.contains("1 changed"))
        #expect(difference.contains("2 as they were"))
        #expect(try await editor.get("/versions/1/routes.json").body == EditorHarness.routes)
        #expect(try await editor.get("/versions/1..2/patch").body.contains("+"))
        for path in ["/versions/7", "/versions/x", "/versions/1..9", "/versions/1..2..3"] {
            #expect(try await editor.get(path).status == 404, "\(path)")
        }
    }

    @Test("a draft is thrown away after a question, and others may look at it and take it over")
    func others() async throws {
        let editor = try await EditorHarness()
        _ = try await editor.post("/rules", [("do", "off high")])
        editor.harness.roles.state.withLock { $0.drafts[0].draft.owner = "token.hana" }
        #expect(try await editor.get("/rules").body.contains("Your draft") == false)
        let theirs = try await editor.get("/drafts/d1").body
        #expect(theirs.contains("Draft of hana") && theirs.contains("Take it over"))
        let tag = try #require(EditorHarness.field("tag", of: theirs))
        #expect(try await editor.post("/drafts/d1/take-over", [], tag: tag).status == 303)
        #expect(editor.draft?.owner == "token.a")
        #expect(try await editor.get("/draft/discard").body.contains("Discard the draft?"))
        #expect(try await editor.post("/draft", [("do", "discard")]).status == 303)
        #expect(editor.draft == nil)
        #expect(try await editor.get("/drafts/d1").status == 404)
    }

    @Test("a draft that cannot be used any more is named, and can be thrown away")
    func unreadable() async throws {
        let editor = try await EditorHarness()
        _ = try await editor.post("/rules", [("do", "off high")])
        editor.harness.roles.state.withLock { state in
            state.drafts[0].draft.content.text = Array(#"{"version": 1, "destinations": {}, "rules": [1]}"#.utf8)
        }
        let body = try await editor.get("/rules").body
        #expect(body.contains("Your draft cannot be used.") && body.contains("rule-high"))
        #expect(try await editor.post("/rules", [("do", "off rest")]).status != 303)
        #expect(try await editor.post("/draft", [("do", "discard")]).status == 303)
    }

    @Test("what was measured is shown on the effect page, the worst first")
    func effect() async throws {
        let editor = try await EditorHarness()
        _ = try await editor.post("/rules", [("do", "off high")])
        #expect(try await editor.get("/draft/effect").body.contains("Not measured yet."))
        // The bar's button measures it, and no second time what has been.
        let bar = try await editor.get("/rules").body
        #expect(bar.contains(#"formaction="/draft/effect" name="do" value="see""#))
        let text = try #require(editor.draftText)
        let draft = try #require(editor.draft)
        let bench = Workbench(
            active: editor.versions[0].revision,
            rules: try RuleSet(Array(text.utf8)),
            draft: Draft(record: draft, comparison: nil, active: 1),
            keeping: .store,
            visitor: Visitor(caller: .loopback, proof: .loopback, formToken: "t")
        )
        let sample = EffectView.Sample(
            findingID: "f1",
            title: "<b>Bucket</b>",
            severity: .high,
            words: "111122223333 · in v1: secops"
        )
        let view = EffectView(
            state: .cut("Only since Monday."),
            against: "v1",
            period: "The last 7 days",
            observations: 47_318,
            findings: 12_904,
            counts: [.init(kind: .nobody, findings: 31, words: "8 LOW", samples: [sample])],
            destinations: [
                .init(
                    name: "secops",
                    gained: 0,
                    lost: 31,
                    messages: .init(before: 40, after: 9),
                    sent: 41,
                    days: [.init(before: 4, after: 1)]
                ),
                .init(name: "mail", gained: 0, lost: 0),
            ],
            parts: [
                .init(name: "high", rule: "high", verb: "changed", findings: [.nobody: 18, .told: 2]),
                .init(name: "the fallback", verb: "removed", findings: [.nobody: 13, .fewer: 4]),
            ]
        )
        let present = try #require(bench.draft)
        let page = EffectPage(bench: bench, draft: present, effect: view).page.content.text
        #expect(page.contains("31 findings would reach nobody.") && page.contains("47,318"))
        #expect(page.contains("&lt;b&gt;Bucket&lt;/b&gt;") && page.contains("Only since Monday."))
        #expect(page.contains("41 sent in truth"))
        #expect(page.contains(#"<a class="u" href="/rules/edit/high">high</a> <span class="tag">changed</span>"#))
        #expect(page.contains(#"<td data-l="reach nobody" class="num t-bad">18</td>"#))
        #expect(page.contains(#"the fallback <span class="tag">removed</span>"#))
        #expect(page.contains(#"<td data-l="newly told" class="num t-gain">2</td>"#))
        #expect(
            page.contains(#"href="/rules/new?from=nobody""#) && page.contains("that reached nobody before") == false
        )
        #expect(page.contains(#"class="stack-4 stale""#) == false && page.contains("lets") == false)
        var other = view
        other.counts = [.init(kind: .told, findings: 2, words: "", samples: [sample])]
        other.state = .stale(changes: 2)
        other.destinations[0].busiestHour = .init(before: 4_000, after: 3_601)
        other.destinations[0].hourlyRate = 3_600
        let told = EffectPage(bench: bench, draft: present, effect: other).page.content.text
        #expect(
            told.contains("2 findings that reached nobody before</a> are told now.") && told.contains(#"id="told""#)
        )
        #expect(told.contains("2 changes since.") && told.contains(#"class="stack-4 stale""#))
        #expect(told.contains("its rate lets 3,600 through"))
        // Of 31 that reach nobody one is shown, and of two that are told now the other is not.
        #expect(page.contains("<footer>30 more, not listed</footer>"))
        #expect(told.contains("<footer>1 more, not listed</footer>"))
        other.destinations[0].hourlyRate = 3_601
        #expect(EffectPage(bench: bench, draft: present, effect: other).page.content.text.contains("lets") == false)
        #expect(page.contains("1 more, unchanged") && page.contains("messages per day before and after, 4 to 1"))
    }
}
