import Testing

@testable import Findings

@Suite("links")
struct ConsoleLinkTests {
    @Test(
        "each kind links to its console page",
        arguments: [
            (
                "securityhub/control",
                "https://ap-northeast-1.console.aws.amazon.com/securityhub/home?region=ap-northeast-1#/findings?search="
                    + "Id%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%3Aaws%3Asecurityhub%3Aap-northeast-1%3A777788889999"
                    + "%3Asecurity-control%2FS3.8%2Ffinding%2F4d1b7c62-0c10-4c3e-9f5c-1b8f0f4c2a11"
            ),
            (
                "ocsf/macie",
                "https://console.aws.amazon.com/securityhub/v2/home?region=us-east-1#/findings?search="
                    + "finding_info.uid%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%3Aaws%3Amacie2%3Aus-east-1"
                    + "%3A444455556666%3Afinding%2F5be50fce24526e670df77bc00e0f1a2b"
            ),
            (
                "guardduty/member",
                "https://console.aws.amazon.com/guardduty/home?region=eu-west-1#/findings?search="
                    + "id%3D5cb1a2b3c4d5e6f708192a3b4c5d6e7f"
            ),
            (
                "cloudwatch/alarm",
                "https://console.aws.amazon.com/cloudwatch/home?region=us-east-1#alarm:alarmFilter=ANY;name="
                    + "Server%20CPU%20%26%20memory"
            ),
            (
                "accessanalyzer/external",
                "https://console.aws.amazon.com/access-analyzer/home?region=us-west-2#/findings/details/"
                    + "22222222-dcba-4444-dcba-000000000001"
            ),
        ]
    )
    func page(fixture: String, url: String) throws { #expect(try Fixture.finding(fixture).url == url) }

    @Test(
        "China and GovCloud have consoles of their own, and what is no Region has none",
        arguments: [
            ("cn-north-1", "https://console.amazonaws.cn/guardduty/home?region=cn-north-1#/findings?search=id%3Dx"),
            (
                "us-gov-west-1",
                "https://console.amazonaws-us-gov.com/guardduty/home?region=us-gov-west-1#/findings?search=id%3Dx"
            ),
            ("us-east-1", "https://console.aws.amazon.com/guardduty/home?region=us-east-1#/findings?search=id%3Dx"),
            ("global", nil), ("<region>", nil), ("us-east-1.evil.example/", nil), (nil, nil),
        ] as [(String?, String?)]
    )
    func partitions(region: String?, url: String?) { #expect(ConsoleLink.guardDuty(id: "x", region: region) == url) }

    @Test(
        "remediation says what to do and where it is described",
        arguments: [
            ("securityhub/control", "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation"),
            (
                "securityhub/legacy-2020",
                "https://docs.aws.amazon.com/console/securityhub/standards-cis-1.14/remediation"
            ),
            ("ocsf/compliance", "https://docs.aws.amazon.com/console/securityhub/Config.1/remediation"),
            ("ocsf/security-finding-2001", "https://docs.aws.amazon.com/console/securityhub/EC2.19/remediation"),
            ("inspector/package", "https://nvd.nist.gov/vuln/detail/CVE-2026-12345"),
        ]
    )
    func remediation(fixture: String, url: String) throws {
        #expect(try Fixture.finding(fixture).remediation?.url == url)
    }

    @Test("Inspector's None Provided is no recommendation")
    func nothingProvided() throws {
        #expect(try Fixture.finding("inspector/package").remediation?.text == nil)
        #expect(try Fixture.finding("inspector/closed-2021").remediation?.text == "Update the package.")
    }

    @Test(
        "addresses that could do harm in a message are dropped",
        arguments: [
            "javascript:alert(1)", "https://example.com/<script>", "https://example.com/a b", "https://example.com/\n",
            "ftp://example.com", "https://example.com/|x", "", "https://example.com/\"", "HTTPS://x\u{202E}",
        ]
    )
    func refused(url: String) { #expect(ConsoleLink.checked(url) == nil) }
}
