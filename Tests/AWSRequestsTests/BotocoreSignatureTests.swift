import AWSRequests
import Findings
import Foundation
import NoroshiTestSupport
import Routing
import Testing

@Suite("Signatures beside botocore")
struct BotocoreSignatureTests {
    private struct Case {
        var request: SignableRequest
        var signer: RequestSigner
        var date: Date

        var json: JSONValue {
            let target = request.path + (request.query.isEmpty ? "" : "?\(request.query)")
            return [
                "method": .string(request.method),
                "url": .string("https://\(request.header("Host") ?? "")\(target)"),
                "headers": .array(
                    request.headers.filter { $0.name != "Host" }.map { .array([.string($0.name), .string($0.value)]) }
                ),
                "body": .string(Data(request.body).base64EncodedString()),
                "key": .string(signer.credentials.accessKeyID),
                "secret": .string(signer.credentials.secretKey.exposed),
                "token": JSONValue(signer.credentials.sessionToken?.exposed),
                "region": .string(signer.region),
                "service": .string(signer.service),
                "date": .string(
                    String(date.formatted(.iso8601).filter { $0 != "-" as Character && $0 != ":" as Character })
                ),
            ]
        }
    }

    private static let letters = Array("abcxyzABC019-._~")
    private static let special = Array(" /%+=&?#:;@!$'()*,äé🔥[]\"<>")

    private static func word(_ random: inout SeededGenerator, _ lengths: ClosedRange<Int>, special: Bool) -> String {
        let pool = special ? letters + Self.special : letters
        return String(
            (0..<Int.random(in: lengths, using: &random)).map { _ in pool.randomElement(using: &random) ?? "a" }
        )
    }

    /// As a client writes it into a request line: percent-encoded, though perhaps with dot segments and doubled slashes.
    private static func path(_ random: inout SeededGenerator) -> String {
        let segments = (0..<Int.random(in: 0...5, using: &random)).map { _ -> String in
            switch Int.random(in: 0..<10, using: &random) {
            case 0: "."
            case 1: ".."
            case 2: ""
            default: PercentEncoding.encoded(word(&random, 1...8, special: true))
            }
        }
        return "/" + segments.joined(separator: "/") + (Bool.random(using: &random) ? "/" : "")
    }

    private static func query(_ random: inout SeededGenerator) -> String {
        let pairs = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            PercentEncoding.encoded(word(&random, 1...4, special: true)) + "="
                + PercentEncoding.encoded(word(&random, 0...6, special: true))
        }
        return pairs.joined(separator: "&")
    }

    private static func makeCase(_ random: inout SeededGenerator) -> Case {
        let names = ["Content-Type", "X-Amz-Target", "Accept", "X-Thing", "x-amz-meta-A", "User-Agent", "Expect"]
        var headers: [(name: String, value: String)] = [
            (
                "Host",
                ["sqs.eu-west-1.amazonaws.com", "127.0.0.1:4566", "example.com"].randomElement(using: &random) ?? ""
            )
        ]
        for name in names where Bool.random(using: &random) {
            let blanks = String(repeating: " ", count: Int.random(in: 0...2, using: &random))
            let value = word(&random, 1...6, special: false) + blanks + word(&random, 1...6, special: false)
            headers.append((name, blanks + value + blanks))
        }
        let isTemporary = Bool.random(using: &random)
        let credentials = AWSCredentials(
            accessKeyID: "AKIA\(Int.random(in: 0...9_999, using: &random))",
            secretKey: Secret(word(&random, 20...40, special: false) + "/+"),
            sessionToken: isTemporary ? Secret(word(&random, 20...60, special: false) + "==") : nil
        )
        return Case(
            request: SignableRequest(
                method: ["GET", "POST", "PUT", "PATCH", "DELETE"].randomElement(using: &random) ?? "GET",
                path: path(&random),
                query: query(&random),
                headers: headers,
                body: (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
                }
            ),
            signer: RequestSigner(
                credentials: credentials,
                region: ["eu-west-1", "us-gov-west-1", "cn-north-1"].randomElement(using: &random) ?? "",
                service: ["sqs", "sts", "securityhub", "organizations"].randomElement(using: &random) ?? ""
            ),
            date: Date(timeIntervalSince1970: Double(Int.random(in: 0...4_000_000_000, using: &random)))
        )
    }

    @Test("a thousand random requests are signed as botocore signs them, step by step")
    func random() throws {
        var random = SeededGenerator(seed: 26)
        let cases = (0..<1_000).map { _ in Self.makeCase(&random) }
        let peer = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Peers/signatures.py").path
        let input = cases.map { $0.json.text + "\n" }.joined()
        let printed = try PeerProcess.run(python: peer, input: Array(input.utf8)).split(separator: "\n")
        #expect(printed.count == cases.count)
        for (var one, line) in zip(cases, printed) {
            let expected = try JSONDocument.parse(String(line))
            let signature = one.signer.sign(&one.request, at: one.date)
            #expect(signature.canonicalRequest == expected["canonical"]?.string)
            #expect(signature.stringToSign == expected["string"]?.string)
            #expect(signature.authorization == expected["authorization"]?.string)
        }
    }
}
