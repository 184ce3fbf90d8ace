import AWSRequests
import Findings
import Foundation
import Routing
import Testing

/// The vectors of AWS Signature Version 4 that lie beside the repository.
private enum Vectors {
    static let folder: URL = {
        let given = ProcessInfo.processInfo.environment["NOROSHI_SHARED"].map { URL(filePath: $0) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (given ?? root.deletingLastPathComponent().appending(path: "shared")).appending(path: "sigv4")
    }()

    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    /// The files' paths without their extensions.
    static var names: [String] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        return files.compactMap { $0 as? URL }.filter { $0.pathExtension == "req" }
            .map { $0.deletingPathExtension().path }.sorted()
    }

    /// Reads the head and the body of a request as it goes over the wire.
    static func request(_ text: String) throws -> SignableRequest {
        let halves = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
        var lines = halves[0].split(separator: "\n").map(String.init)
        let first = lines.removeFirst()
        let start = try #require(first.firstIndex(of: " "))
        let end = try #require(first.lastIndex(of: " "))
        let target = first[first.index(after: start)..<end].split(
            separator: "?",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        var headers: [(name: String, value: String)] = []
        for line in lines {
            if line.first?.isWhitespace == true, let last = headers.popLast() {
                headers.append((last.name, last.value + "\n" + line))
            } else {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                headers.append((String(parts[0]), String(parts[1])))
            }
        }
        return SignableRequest(
            method: String(first[..<start]),
            path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "",
            headers: headers,
            body: halves.count > 1 ? Array(halves[1].utf8) : []
        )
    }

    static func text(_ name: String, _ type: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(name).\(type)")), as: UTF8.self)
    }
}

@Suite("shared signatures", .enabled(if: Vectors.isThere, "the folder of vectors is not beside this checkout"))
struct SharedSignatureTests {
    @Test("shared signatures: there are as many vectors as there were")
    func count() { #expect(Vectors.names.count == 34) }

    @Test("shared signatures: every vector is signed as AWS signs it, step by step", arguments: Vectors.names)
    func vector(name: String) throws {
        var request = try Vectors.request(Vectors.text(name, "req"))
        let canonical = try Vectors.text(name, "creq")
        // The request of the case with a session token lacks it.
        let written = request.header("X-Amz-Security-Token")
        let signed = canonical.split(separator: "\n").first { $0.hasPrefix("x-amz-security-token:") }
        let token = written ?? signed.map { String($0.dropFirst("x-amz-security-token:".count)) }
        var credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE",
            secretKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        )
        // In one case the token joins the request after it was signed.
        if signed != nil { credentials.sessionToken = token.map { Secret($0) } }
        if signed == nil { request.headers.removeAll { $0.name == "X-Amz-Security-Token" } }
        let signer = RequestSigner(credentials: credentials, region: "us-east-1", service: "service")
        let date = try #require(SourceDate.read("2015-08-30T12:36:00Z"))
        let signature = signer.sign(&request, at: date)
        #expect(signature.canonicalRequest == canonical)
        #expect(try signature.stringToSign == Vectors.text(name, "sts"))
        #expect(try signature.authorization == Vectors.text(name, "authz"))
        #expect(request.header("Authorization") == signature.authorization)
    }
}
