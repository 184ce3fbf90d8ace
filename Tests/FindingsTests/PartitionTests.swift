import Testing

@testable import Findings

@Suite("partitions")
struct PartitionTests {
    @Test(
        "every Region belongs to its partition",
        arguments: [
            ("us-east-1", Partition.aws), ("ap-southeast-7", .aws), ("mx-central-1", .aws), ("eu-west-1", .aws),
            ("cn-northwest-1", .china), ("us-gov-east-1", .govCloud), ("eusc-de-east-1", .europeanSovereign),
            ("us-iso-west-1", .iso), ("us-isob-east-1", .isoB), ("eu-isoe-west-1", .isoE), ("us-isof-south-1", .isoF),
            ("aws-cn-global", .china), ("aws-us-gov-global", .govCloud), ("aws-iso-global", .iso),
            ("aws-iso-b-global", .isoB), ("aws-iso-e-global", .isoE), ("aws-iso-f-global", .isoF), ("aws-global", .aws),
            ("global", .aws), ("", .aws),
        ]
    )
    func region(code: String, partition: Partition) { #expect(Partition(region: code) == partition) }

    @Test(
        "an ARN that is put together is of the Region's partition",
        arguments: [
            ("eusc-de-east-1", "aws-eusc"), ("us-iso-east-1", "aws-iso"), ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"), ("us-isof-east-1", "aws-iso-f"), ("cn-north-1", "aws-cn"),
        ]
    )
    func alarm(region: String, partition: String) throws {
        let text = """
            {"version":"0","id":"a-1","detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch",
             "account":"111122223333","time":"2026-03-02T09:15:00Z","region":"\(region)","resources":[],
             "detail":{"alarmName":"queue depth","state":{"value":"ALARM","timestamp":"2026-03-02T09:14:58.000+0000"}}}
            """
        let finding = try #require(FindingDecoder().decode(text: text).observations.first?.finding)
        #expect(finding.id == "arn:\(partition):cloudwatch:\(region):111122223333:alarm:queue depth")
        #expect((finding.url == nil) == partition.hasPrefix("aws-iso"))
    }

    @Test(
        "the European partition has a console of its own, and the isolated ones have none that can be linked",
        arguments: [
            ("eusc-de-east-1", "https://console.amazonaws-eusc.eu/"), ("us-iso-east-1", nil), ("us-isob-west-1", nil),
            ("eu-isoe-west-1", nil), ("us-isof-east-1", nil),
        ] as [(String, String?)]
    )
    func console(region: String, beginning: String?) {
        let health = "arn:\(Partition(region: region).rawValue):health:\(region)::event/EC2/X/Y"
        let links = [
            ConsoleLink.securityHub(id: "x", region: region), ConsoleLink.securityHubV2(uid: "x", region: region),
            ConsoleLink.insights(region: region), ConsoleLink.guardDuty(id: "x", region: region),
            ConsoleLink.inspector(arn: "x", region: region), ConsoleLink.macie(id: "x", region: region),
            ConsoleLink.accessAnalyzer(id: "x", region: region), ConsoleLink.configRule("x", region: region),
            ConsoleLink.alarm("x", region: region), ConsoleLink.cloudTrail(eventID: "x", region: region),
            ConsoleLink.cloudTrailInsights(region: region), ConsoleLink.trustedAdvisor(region: region),
            ConsoleLink.health(arn: health),
        ]
        for link in links {
            #expect(beginning.map { link?.hasPrefix($0) == true } ?? (link == nil), "\(link ?? "no link")")
        }
    }
}
