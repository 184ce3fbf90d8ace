import HTTPTypes
import Testing

@testable import Console

@Suite("Where a form comes from")
struct FormOriginTests {
    private func refusal(_ headers: HTTPFields) -> Bool {
        var head = HTTPRequest(method: .post, scheme: nil, authority: "noroshi.example.com", path: "/sign-in")
        head.headerFields = headers
        return FormOrigin.refusal(head) != nil
    }

    @Test("a page of this console is taken at its browser's word")
    func own() {
        #expect(refusal([HTTPField.Name("Sec-Fetch-Site") ?? .accept: "same-origin"]) == false)
        #expect(refusal([.origin: "https://noroshi.example.com"]) == false)
        #expect(refusal([.origin: "HTTPS://Noroshi.example.com"]) == false)
    }

    @Test(
        "every other page is refused, and who says nothing as well",
        arguments: [
            [:], [.origin: "null"], [.origin: "https://evil.example.com"], [.origin: "noroshi.example.com"],
            [.origin: "https://noroshi.example.com.evil.com"], [.origin: "https://noroshi.example.com:8443"],
        ] as [HTTPFields]
    )
    func foreign(headers: HTTPFields) { #expect(refusal(headers)) }

    @Test(
        "what the browser says of the site goes before the origin",
        arguments: ["cross-site", "same-site", "none", ""]
    )
    func site(word: String) throws {
        let name = try #require(HTTPField.Name("Sec-Fetch-Site"))
        #expect(refusal([name: word, .origin: "https://noroshi.example.com"]))
    }
}
