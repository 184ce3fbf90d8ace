import NoroshiTestSupport
import Testing

@testable import HTTPSurface

/// The lane is a second way to the same answers: what it takes must not change what anybody is told, nor in which order.
@Suite("Requests through the lane and without it", .timeLimit(.minutes(15)))
struct LaneDifferentialTests {
    private struct Script {
        var bytes: [UInt8] = []
        var pieces: [ArraySlice<UInt8>] = []
        var endsInput = false
    }

    @Test("random sequences of requests, cut anywhere, get the same answers in the same order", arguments: 0..<300)
    func random(seed: Int) throws {
        var noise = SeededGenerator(seed: UInt64(seed))
        let script = script(&noise)
        let plain = try answers(to: script, nil, order: &noise)
        for _ in 0..<3 {
            let laned = try answers(to: script, ScriptedRoute(), order: &noise)
            #expect(laned == plain, "seed \(seed): \(String(decoding: script.bytes, as: UTF8.self).debugDescription)")
        }
    }

    @Test("a pair of requests cut at every byte gets the same answers", arguments: ["", "problem", "leave"])
    func everyByte(body: String) throws {
        var noise = SeededGenerator(seed: 1)
        let bytes = Array((post(body) + "GET /other HTTP/1.1\r\nHost: a\r\n\r\n" + post("last")).utf8)
        for cut in 0...bytes.count {
            var script = Script(bytes: bytes)
            script.pieces = [bytes[..<cut], bytes[cut...]]
            let plain = try answers(to: script, nil, order: &noise)
            #expect(plain.count == 3)
            #expect(try answers(to: script, ScriptedRoute(), order: &noise) == plain, "cut at \(cut)")
        }
    }

    @Test(
        "a request that the router answers is answered behind one that the lane does, without another byte",
        arguments: [
            "GET /other HTTP/1.1\r\nHost: a\r\n\r\n", "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na",
        ]
    )
    func behind(second: String) throws {
        let wire = try Wire(ScriptedRoute())
        wire.receive(Array((post("1") + second).utf8))
        wire.run()
        #expect(wire.router.step())
        #expect(try wire.sent().components(of: "HTTP/1.1 200 OK") == 2)
        #expect(wire.wantsBytes)
    }

    private func post(_ body: String, _ headers: String = "") -> String {
        "POST /lane HTTP/1.1\r\nHost: a\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func script(_ noise: inout SeededGenerator) -> Script {
        var script = Script()
        for index in 0..<Int.random(in: 1...8, using: &noise) {
            let body =
                ["b\(index)", "", "problem", "trouble", "leave", String(repeating: "x", count: 300)]
                .randomElement(using: &noise) ?? ""
            let text: String
            switch Int.random(in: 0..<24, using: &noise) {
            case 0..<10: text = post(body)
            case 10..<13: text = "GET /other HTTP/1.1\r\nHost: a\r\n\r\n"
            case 13: text = post(body, "X-Refuse: 1\r\n")
            case 14: text = post(body, "Expect: nothing\r\n")
            case 15:
                text =
                    "POST /lane HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nb\(index)\r\n0\r\n\r\n"
            case 16: text = "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nb--\(index)"
            case 17: text = "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
            case 18: text = post(String(repeating: "y", count: 61_000))
            case 19: text = "POST /lane HTTP/1.0\r\nContent-Length: 2\r\n\r\nb\(index)"
            case 20: text = post(body, "Connection: close\r\n")
            case 21: text = "nonsense\r\n\r\n"
            case 22: text = "POST /lane HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\nshort"
            default: text = post(body) + "\r\n"
            }
            script.bytes += Array(text.utf8)
        }
        script.endsInput = Bool.random(using: &noise)
        var rest = script.bytes[...]
        let longest = [1, 7, 60, 400, 100_000].randomElement(using: &noise) ?? 1
        while rest.isEmpty == false {
            let length = rest.count > 20_000 ? 20_000 : Int.random(in: 1...longest, using: &noise)
            script.pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return script
    }

    /// The statuses and bodies that came back, and whether the connection was then open.
    private func answers(
        to script: Script,
        _ route: ScriptedRoute?,
        order noise: inout SeededGenerator
    ) throws -> [String] {
        let wire = try Wire(route)
        var pieces = script.pieces[...]
        var endsInput = script.endsInput
        // Bytes, answers of the lane and answers of the router in any order that the connection allows.
        var idle = 0
        while idle < 40, wire.isOpen {
            idle += 1
            switch Int.random(in: 0..<3, using: &noise) {
            case 0 where wire.wantsBytes:
                if let piece = pieces.popFirst() {
                    wire.receive(piece)
                    idle = 0
                } else if endsInput {
                    endsInput = false
                    wire.endInput()
                    idle = 0
                }
            case 1: wire.run()
            case 2: if wire.router.step() { idle = 0 }
            default: break
            }
        }
        let whole = try wire.sent().components(separatedBy: "HTTP/1.1 ").dropFirst()
        return whole.map { answer in
            let parts = answer.components(separatedBy: "\r\n\r\n")
            let status = answer.prefix(3)
            return status == "200" ? "\(status) \(parts.last ?? "")" : String(status)
        }
    }
}

extension String {
    fileprivate func components(separatedBy text: String) -> [String] {
        split(separator: text, omittingEmptySubsequences: false).map { String($0) }
    }

    fileprivate func components(of text: String) -> Int { components(separatedBy: text).count - 1 }
}
