import Findings
import NoroshiTestSupport
import Routing
import Testing

@Suite("Sources that are pulled")
struct SourcesTests {
    @Test(
        "a queue's Region and partition are read from its URL",
        arguments: [
            ("sqs.eu-west-1.amazonaws.com", "eu-west-1", "arn:aws:"),
            ("sqs-fips.us-east-2.amazonaws.com", "us-east-2", "arn:aws:"),
            ("sqs.eu-west-1.api.aws", "eu-west-1", "arn:aws:"), ("sqs-fips.us-west-2.api.aws", "us-west-2", "arn:aws:"),
            ("sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1", "arn:aws-us-gov:"),
            ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1", "arn:aws-cn:"),
            ("sqs.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1", "arn:aws-cn:"),
            ("sqs.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "arn:aws-eusc:"),
            ("vpce-0a1b-2c.sqs.eu-west-1.vpce.amazonaws.com", "eu-west-1", "arn:aws:"),
            ("queue.amazonaws.com", "us-east-1", "arn:aws:"),
            ("ap-northeast-1.queue.amazonaws.com", "ap-northeast-1", "arn:aws:"),
        ]
    )
    func region(host: String, region: String, arn: String) throws {
        let queue = try QueueURL("https://\(host)/111122223333/a-b_c")
        #expect(queue.region == region)
        #expect(queue.arn == "\(arn)sqs:\(region):111122223333:a-b_c")
        #expect(queue.isFIFO == false)
        #expect(try QueueURL("https://\(host)/111122223333/a.fifo").isFIFO)
    }

    @Test(
        "what is no URL of a queue is refused",
        arguments: [
            "http://sqs.eu-west-1.amazonaws.com/111122223333/q", "https://sqs.eu-west-1.amazonaws.com/111122223333/",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/q/x", "https://sqs.eu-west-1.amazonaws.com/1111/q",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/q?x=1",
            "https://u@sqs.eu-west-1.amazonaws.com/111122223333/q",
            "https://sqs.eu-west-1.amazonaws.com:8443/111122223333/q",
            "https://sqs.eu-west-1.example.com/111122223333/q",
            "https://sqs..amazonaws.com/111122223333/q", "https://evil.sqs.eu-west-1.amazonaws.com/111122223333/q",
            "https://sqs.cn-north-1.amazonaws.com/111122223333/q", "https://SQS.eu-west-1.amazonaws.com/111122223333/q",
        ]
    )
    func refused(text: String) {
        #expect(throws: QueueURLError.self) { try QueueURL(text) }
    }

    private func document(_ sources: String) -> String {
        """
        {"version": 1, "destinations": {"s": {"type": "slack", "url": {"env": "S"}}},
         "rules": [{"name": "a", "when": {}, "send": ["s"]}], "fallback": {"send": ["s"]}, "sources": \(sources)}
        """
    }

    @Test("a source is read with all that it says, and with what holds when it says nothing")
    func read() throws {
        let text = document(
            """
            {"a": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/q",
                   "role": "arn:aws:iam::444455556666:role/p/r", "externalId": "x:1", "endpoint": "https://h.example/",
                   "pollers": 3},
             "b": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/r"}}
            """
        )
        let (document, warnings, _) = try RouteDocument.parse(Array(text.utf8), file: "routes.json")
        #expect(warnings.isEmpty)
        let first = try #require(document.sources.first)
        #expect(first.role == "arn:aws:iam::444455556666:role/p/r")
        #expect(first.externalID == "x:1")
        #expect(first.endpoint == "https://h.example")
        #expect(first.pollers == 3)
        #expect(first.credential == "sqs:a")
        let second = try #require(document.sources.last)
        #expect(second.role == nil && second.endpoint == nil)
        #expect(second.pollers == QueueSource.defaultPollers)
    }

    @Test(
        "what works and is probably not meant is a warning",
        arguments: [
            (#""endpoint": "http://queue.example:4566""#, "", "without TLS"),
            (
                "", #""b": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"}"#,
                "pull one queue"
            ),
            (
                "",
                #""f": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/q.fifo", "pollers": 2}"#,
                "pulled by one poller"
            ),
        ]
    )
    func warned(member: String, other: String, words: String) {
        let more = member.isEmpty ? "" : ", \(member)"
        let next = other.isEmpty ? "" : ", \(other)"
        let text = document(
            #"{"a": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/q"\#(more)}\#(next)}"#
        )
        let found = diagnostics(text)
        #expect(found.count == 1)
        #expect(found.first?.severity == .warning)
        #expect(found.first?.message.contains(words) == true, "\(found.map(\.description))")
    }

    @Test(
        "an endpoint without TLS on this machine is no warning",
        arguments: [
            "http://127.0.0.1:4566", "http://localhost:4566", "http://[::1]:4566",
        ]
    )
    func loopback(endpoint: String) {
        let text = document(
            #"{"a": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/q", "endpoint": "\#(endpoint)"}}"#
        )
        #expect(diagnostics(text).map(\.description) == [])
    }

    @Test("sources that two edits add are both there, and one that both change is a conflict of its own")
    func merge() throws {
        func with(_ members: String) -> [UInt8] { Array(document("{\(members)}").utf8) }
        func source(_ name: String, _ queue: String) -> String {
            #""\#(name)": {"type": "sqs", "queue": "https://sqs.eu-west-1.amazonaws.com/111122223333/\#(queue)"}"#
        }
        let base = source("a", "a")
        let merged = try RouteMerge.merge(
            base: with(base),
            mine: with("\(base), \(source("mine", "m"))"),
            theirs: with("\(base), \(source("theirs", "t"))")
        )
        #expect(merged.conflicts.isEmpty)
        let names = try RouteDocument.parse(merged.text.bytes, file: "routes.json").document.sources.map(\.name)
        #expect(Set(names) == ["a", "mine", "theirs"])
        let both = try RouteMerge.merge(
            base: with(base),
            mine: with(source("a", "b")),
            theirs: with(source("a", "c"))
        )
        #expect(both.conflicts.map(\.pointer) == ["/sources/a/queue"])
    }
}
