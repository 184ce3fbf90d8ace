import Findings
import FoundationEssentials
import NoroshiTestSupport
import Routing
import Store
import Testing
import Triage

@Suite("Values that rest in the store")
struct StoredFormTests {
    private static let bare = Finding(
        key: FindingKey("k"),
        source: "s",
        kind: .text,
        id: "i",
        title: "",
        product: "p"
    )

    private static let hostile: Finding = {
        var finding = Finding.example(title: "<script>\u{2028}\u{0}\"\\\n\u{202E}😀", updatedAt: .t(1.0 / 3))
        finding.tags = [Tag(key: "", value: "<!channel>"), Tag(key: "a", value: "")]
        finding.resources = [Resource(id: ""), Resource(id: "x", region: "us-east-1")]
        finding.remediation = Remediation(text: nil, url: "u")
        finding.description = String(repeating: "ü", count: 100_000)
        finding.firstSeenAt = Date(timeIntervalSinceReferenceDate: -1e9)
        finding.lastSeenAt = .t(0.1)
        finding.occurredAt = .t(0.2)
        finding.startsAt = .t(2.0 / 3)
        finding.endsAt = .t(1e6)
        finding.count = -3
        return finding
    }()

    /// With a value in every field that a condition can name.
    private static let full: Finding = {
        var finding = hostile
        (finding.account, finding.accountName, finding.region) = ("111122223333", "shop", "eu-west-1")
        (finding.actor, finding.sourceAddress, finding.statusText) = ("role/admin", "198.51.100.7", "NEW/FAILED")
        (finding.types, finding.controls, finding.standards) = (["a/b"], ["S3.1"], ["cis"])
        finding.resources = [Resource(id: "x", type: "AwsS3Bucket", region: "us-east-1")]
        return finding
    }()

    @Test("a finding comes back as it was", arguments: [bare, .example(), hostile])
    func finding(finding: Finding) throws {
        #expect(try Finding(storedForm: JSONDocument.parse(finding.storedForm.text)) == finding)
    }

    @Test(
        "of a finding that is read in part, everything is there that a rule may look at",
        arguments: [bare, .example(), hostile, full]
    )
    func decided(finding: Finding) throws {
        let json = try JSONDocument.parse(finding.storedForm.text)
        let decided = try Finding(storedForm: json, reading: .decided)
        for field in Condition.Field.allCases.map(\.rawValue) + ["severity"] {
            #expect(decided.values(of: field) == finding.values(of: field), "\(field)")
            // One that has nothing there would not notice.
            #expect(finding != StoredFormTests.full || finding.values(of: field).isEmpty == false, "\(field)")
        }
        var cut = finding
        cut.description = ""
        (cut.createdAt, cut.updatedAt, cut.firstSeenAt, cut.lastSeenAt) = (nil, nil, nil, nil)
        (cut.occurredAt, cut.startsAt, cut.endsAt) = (nil, nil, nil)
        (cut.url, cut.remediation, cut.count, cut.log, cut.pages) = (nil, nil, nil, nil, nil)
        #expect(decided == cut)
    }

    @Test("every kind, status and severity comes back")
    func cases() throws {
        for kind in FindingKind.allCases {
            for status in FindingStatus.allCases {
                for severity in Severity.allCases {
                    let finding = Finding.example(kind: kind, severity: severity, status: status)
                    #expect(try Finding(storedForm: JSONDocument.parse(finding.storedForm.text)) == finding)
                }
            }
        }
    }

    @Test("members are read in any order, escaped or not, the last of two alike, and what is unknown is left")
    func members() throws {
        let finding = Finding.example(updatedAt: .t(1.0 / 3))
        guard case .object(let members) = finding.storedForm else { throw StoredFormError("not an object") }
        let strange = members.reversed() + [.init("later", ["title": 1]), .init("ti", "tle"), .init("titles", [])]
        let text = JSONValue.object([.init("title", "an earlier one")] + strange).text
        #expect(try Finding(storedForm: JSONDocument.parse(text)) == finding)
        let escaped = text.replacing("\"title\":", with: #""\u0074itle":"#)
        #expect(try Finding(storedForm: JSONDocument.parse(escaped)) == finding)
    }

    @Test("what cannot be read is an error", arguments: ["{}", "[]", #"{"key":"k","kind":"x"}"#])
    func unreadable(text: String) throws {
        let json = try JSONDocument.parse(text)
        #expect(throws: StoredFormError.self) { try Finding(storedForm: json) }
    }

    @Test("ids sort by creation, even when the clock runs backwards, and tell their number")
    func ids() throws {
        var sequence = NotificationSequence(after: 41, lastID: nil)
        let made = [10.0, 5, 5, 20].map { sequence.next(now: .t($0)) }
        #expect(made.map(\.id) == made.map(\.id).sorted())
        #expect(made.map(\.number) == [42, 43, 44, 45])
        #expect(made.map { NotificationSequence.number(in: $0.id) } == [42, 43, 44, 45])
        #expect(made.allSatisfy { $0.id.utf8.count == 32 })
        var next = NotificationSequence(after: 45, lastID: made[3].id)
        #expect(next.next(now: .t(-1_000)).id > made[3].id)
    }

    @Test(
        "what is no id has no number",
        arguments: [
            "", "f", String(repeating: "G", count: 32), String(repeating: "A", count: 32),
            String(repeating: "1", count: 33),
        ]
    )
    func noID(text: String) {
        #expect(NotificationSequence.number(in: text) == nil)
    }

    @Test("a cursor comes back, whatever its numbers", arguments: [0, 1, -1, .max, .min] as [Int64])
    func cursor(number: Int64) throws {
        let cursor = PageCursor("x", number, 7)
        #expect(try PageCursor(cursor.text, of: "x", count: 2) == cursor)
        #expect(throws: InvalidCursor.self) { try PageCursor(cursor.text, of: "y", count: 2) }
        #expect(throws: InvalidCursor.self) { try PageCursor(cursor.text, of: "x", count: 1) }
    }

    @Test("totals read every stored number, also of each reason for holding back")
    func totals() {
        let reasons = HeldReason.allCases
        let totals = Totals(appliedPosition: 3, lastPosition: 5) { name in
            name.hasPrefix("held:") ? 1 : name == "due" ? reasons.count : nil
        }
        #expect(totals.held == Dictionary(uniqueKeysWithValues: reasons.map { ($0, 1) }))
        #expect(totals.isBalanced && totals.due == reasons.count && totals.appliedPosition == 3)
    }

    @Test("a signal wakes every listener once, and a late one at once")
    func signal() async {
        let signal = Signal()
        var early = signal.stream().makeAsyncIterator()
        signal.send()
        signal.send()
        await early.next()
        var late = signal.stream().makeAsyncIterator()
        await late.next()
        signal.finish()
        #expect(await early.next() == nil)
        #expect(await late.next() == nil)
        var afterwards = signal.stream().makeAsyncIterator()
        await afterwards.next()
        #expect(await afterwards.next() == nil)
    }
}
