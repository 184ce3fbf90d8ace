import Findings
import NoroshiTestSupport
import Testing

@Suite("decoders under changed input")
struct DecoderFuzzTests {
    @Test("a changed payload is understood or refused, never fatal, and loses nothing silently", arguments: Fixture.all)
    func mutations(fixture: String) throws {
        var generator = SeededGenerator(seed: 42)
        let original = try Fixture.bytes(fixture)
        let decoder = FindingDecoder()
        for _ in 0..<150 {
            let bytes = original.mutated(using: &generator)
            do {
                let body = try decoder.decode(bytes, requestID: "r")
                #expect(body.items.isEmpty == false || body.firehoseRequestID != nil)
                for event in body.events {
                    #expect(event.redeliveryKey != nil)
                    #expect(event.observations.isEmpty == false)
                }
                for observation in body.observations {
                    #expect(observation.finding.key.rawValue.isEmpty == false)
                    _ = observation.finding.json.bytes
                    #expect(observation.event.kind == .object)
                }
            } catch {
                #expect(error.description.isEmpty == false)
            }
        }
    }

    @Test("random bytes are refused", arguments: 0..<5)
    func randomBytes(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(throws: FindingDecodingError.self) { try FindingDecoder().decode(bytes) }
            let gzip = [0x1F, 0x8B, 0x08, 0x00] + bytes
            #expect(throws: FindingDecodingError.self) { try FindingDecoder().decode(gzip) }
        }
    }
}
