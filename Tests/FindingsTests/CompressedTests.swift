import Testing

@testable import Findings

@Suite("Firehose and compressed input")
struct CompressedTests {
    @Test("a Firehose request gives every record its own result")
    func request() throws {
        let body = try Fixture.decode("firehose/request")
        #expect(body.firehoseRequestID == "ed4acda5-034f-9f42-bba1-f29aea6d7d8f")
        #expect(body.observations.map(\.finding.kind) == [.guardDuty, .config, .securityHub])
        #expect(body.unreadable.count == 2)
        #expect(body.unreadable[0].bytes == Array("plain words".utf8))
        #expect(body.unreadable[1].reason.contains("Base64"))
    }

    @Test("a Firehose request of which no record can be read still is a Firehose request")
    func nothingReadable() throws {
        let body = try FindingDecoder().decode(text: #"{"requestId":"r","timestamp":1,"records":[{"data":"eA=="}]}"#)
        #expect(body.firehoseRequestID == "r")
        #expect(body.events.isEmpty)
        #expect(body.unreadable.count == 1)
    }

    @Test("data that grows a thousandfold is refused before it has grown")
    func bomb() throws {
        let body = try Fixture.decode("firehose/bomb")
        #expect(body.events.isEmpty)
        #expect(body.unreadable.map(\.reason) == ["compressed data that grows past 1048576 bytes"])
    }

    /// "signal fires" as gzip.
    private static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2B, 0xCE, 0x4C, 0xCF, 0x4B, 0xCC, 0x51, 0x48,
        0xCB, 0x2C,
        0x4A, 0x2D, 0x06, 0x00,
    ]

    @Test("damaged and cut gzip data is refused, never trusted")
    func damaged() throws {
        let record = try #require(try JSONDocument.parse(Fixture.bytes("firehose/request"))["records"]?.elements.first)
        let whole = try #require(record["data"]?.string.flatMap(Base64.decode))
        let expanded = try Gzip.expand(whole, limit: 1 << 20)
        #expect(try JSONDocument.parse(expanded)["logEvents"]?.elements.count == 2)
        #expect(throws: GzipError.damaged("it ends too early")) {
            try Gzip.expand(Array(whole.dropLast(20)), limit: 1 << 20)
        }
        #expect(throws: GzipError.damaged("it ends too early")) {
            try Gzip.expand(CompressedTests.gzip, limit: 1 << 20)
        }
        #expect(throws: GzipError.tooLarge(limit: 100)) { try Gzip.expand(whole, limit: 100) }
        for index in stride(from: 2, to: whole.count, by: 3) {
            var bytes = whole
            bytes[index] ^= 0x5A
            do {
                _ = try Gzip.expand(bytes, limit: 1 << 20)
            } catch {
                #expect(error != .tooLarge(limit: 0))
            }
        }
    }

    @Test("members that follow one another are one text")
    func members() throws {
        let record = try #require(try JSONDocument.parse(Fixture.bytes("firehose/request"))["records"]?.elements.first)
        let whole = try #require(record["data"]?.string.flatMap(Base64.decode))
        let one = try Gzip.expand(whole, limit: 1 << 20)
        #expect(try Gzip.expand(whole + whole, limit: 1 << 20) == one + one)
        #expect(throws: GzipError.tooLarge(limit: one.count + 5)) {
            try Gzip.expand(whole + whole, limit: one.count + 5)
        }
    }

    @Test("a body that is gzip itself is expanded")
    func compressedBody() throws {
        let record = try #require(try JSONDocument.parse(Fixture.bytes("firehose/request"))["records"]?.elements.first)
        let whole = try #require(record["data"]?.string.flatMap(Base64.decode))
        #expect(try FindingDecoder().decode(whole).events.map(\.redeliveryKey?.isEmpty) == [false, false])
    }

    @Test(
        "Base64 is read with and without padding, and nothing else is taken for it",
        arguments: [
            ("", []), ("TQ==", [77]), ("TQ", [77]), ("TWE=", [77, 97]), ("TWFu", [77, 97, 110]),
            ("TW\nFu", [77, 97, 110]),
            ("T", nil), ("TQ=Q", nil), ("TW!u", nil), ("TQ===", nil), ("_-__", nil), ("+/+/", [251, 255, 191]),
        ] as [(String, [UInt8]?)]
    )
    func base64(text: String, bytes: [UInt8]?) { #expect(Base64.decode(text) == bytes) }
}
