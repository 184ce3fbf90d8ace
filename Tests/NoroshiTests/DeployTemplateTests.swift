import Foundation
import Testing

@Suite("The CloudFormation templates")
struct DeployTemplateTests {
    /// A line of a template: the keys that lead to it, and what stands there.
    private struct Line {
        var path: [String]
        var value: String

        var resource: String { path.count > 1 && path[0] == "Resources" ? path[1] : "" }
        var inResource: String { path.dropFirst(2).joined(separator: ".") }
    }

    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let templates = ["cloudformation.yaml", "firehose.yaml"]

    /// Reads the part of YAML that the templates are written in: mappings and lists by their indentation.
    private static func lines(_ name: String) throws -> [Line] {
        let file = Self.repository.appending(path: "deploy/aws/\(name)")
        var above: [(indentation: Int, key: String)] = []
        var lines: [Line] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            var rest = line.drop { $0 == " " }
            guard rest.hasPrefix("#") == false else { continue }
            var indentation = line.count - rest.count
            above.removeAll { $0.indentation >= indentation }
            if rest.hasPrefix("- ") {
                above.append((indentation, "-"))
                rest = rest.dropFirst(2)
                indentation += 2
            }
            if let colon = rest.firstRange(of: ": ") {
                let key = String(rest[..<colon.lowerBound])
                lines.append(Line(path: above.map(\.key) + [key], value: String(rest[colon.upperBound...])))
            } else if rest.hasSuffix(":") {
                above.append((indentation, String(rest.dropLast())))
            } else {
                lines.append(Line(path: above.map(\.key), value: String(rest)))
            }
        }
        return lines
    }

    private static func resources(of type: String, _ lines: [Line]) -> [String] {
        lines.filter { $0.inResource == "Type" && $0.value == type }.map(\.resource)
    }

    private static func values(_ resource: String, _ path: String, _ lines: [Line]) -> [String] {
        lines.filter { $0.resource == resource && $0.inResource == path }.map(\.value)
    }

    @Test("an alarm reaches somebody by another way than Noroshi, when it begins and when it is over")
    func alarms() throws {
        let lines = try Self.lines("cloudformation.yaml")
        let alarms = Self.resources(of: "AWS::CloudWatch::Alarm", lines)
        let topics = Self.resources(of: "AWS::SNS::Topic", lines)
        #expect(alarms.count == 1 && topics.count == 1)
        for alarm in alarms {
            for actions in ["AlarmActions", "OKActions"] {
                #expect(Self.values(alarm, "Properties.\(actions).-", lines) == topics.map { "!Ref \($0)" })
            }
        }
        for topic in topics {
            #expect(Self.values(topic, "Properties.Subscription.-.Protocol", lines) == ["email"])
        }
    }

    @Test("only this account's services may take a role", arguments: templates)
    func trust(name: String) throws {
        let lines = try Self.lines(name)
        let roles = Self.resources(of: "AWS::IAM::Role", lines)
        #expect(roles.isEmpty == false)
        let statement = "Properties.AssumeRolePolicyDocument.Statement.-"
        for role in roles {
            let services = Self.values(role, "\(statement).Principal.Service", lines)
            let accounts = Self.values(role, "\(statement).Condition.StringEquals.aws:SourceAccount", lines)
            #expect(services.isEmpty == false, "\(role)")
            #expect(accounts == services.map { _ in "!Ref AWS::AccountId" }, "\(role)")
        }
    }

    @Test("a queue to pull from is kept, is kept from strangers, and alarms by mail about what nobody fetches")
    func queue() throws {
        let lines = try Self.lines("queue.yaml")
        for queue in Self.resources(of: "AWS::SQS::Queue", lines) {
            #expect(Self.values(queue, "DeletionPolicy", lines) == ["Retain"], "\(queue)")
            #expect(Self.values(queue, "Properties.SqsManagedSseEnabled", lines) == ["true"], "\(queue)")
        }
        let retention = "Properties.MessageRetentionPeriod"
        let kept = try #require(Self.values("Queue", retention, lines).first.flatMap { Int($0) })
        let unread = try #require(Self.values("Unread", retention, lines).first.flatMap { Int($0) })
        #expect(kept < unread)
        #expect(Self.values("Queue", "Properties.RedrivePolicy.maxReceiveCount", lines) == ["10"])
        let statement = "Properties.PolicyDocument.Statement.-"
        #expect(Self.values("QueuePolicy", "\(statement).Principal.Service", lines) == ["events.amazonaws.com"])
        #expect(Self.values("QueuePolicy", "\(statement).Condition.Bool.aws:SecureTransport", lines) == ["\"false\""])
        #expect(
            Self.values("ReadFindings", "\(statement).Action.-", lines) == [
                "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes",
            ]
        )
        #expect(Self.values("ReadFindings", "\(statement).Resource", lines) == ["!GetAtt Queue.Arn"])
        let trust = "Properties.AssumeRolePolicyDocument.Statement.-.Condition.StringEquals.sts:ExternalId"
        #expect(Self.values("ReaderRole", trust, lines) == ["!Ref ExternalId"])
        let alarms = Self.resources(of: "AWS::CloudWatch::Alarm", lines)
        #expect(alarms.count == 3)
        for alarm in alarms {
            #expect(Self.values(alarm, "Properties.AlarmActions.-", lines) == ["!Ref AlarmTopic"])
        }
    }

    @Test("every template sends the same events", arguments: ["queue.yaml", "member.yaml"])
    func pattern(name: String) throws {
        func pattern(_ name: String) throws -> [String] {
            try Self.lines(name).filter {
                $0.resource == "Findings" && $0.inResource.hasPrefix("Properties.EventPattern")
            }.map { "\($0.inResource) \($0.value)" }
        }
        #expect(try pattern(name) == pattern("cloudformation.yaml"))
        #expect(try pattern(name).count > 20)
    }

    @Test("what was told to nobody yet outlives the stack", arguments: templates)
    func retained(name: String) throws {
        let lines = try Self.lines(name)
        let kept = ["AWS::SQS::Queue", "AWS::S3::Bucket"].flatMap { Self.resources(of: $0, lines) }
        #expect(kept.isEmpty == false)
        for resource in kept {
            for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
                #expect(Self.values(resource, policy, lines) == ["Retain"], "\(resource)")
            }
        }
        let targets = Self.values("Findings", "Properties.Targets.-.DeadLetterConfig.Arn", lines)
        #expect(targets == (name == "firehose.yaml" ? [] : ["!GetAtt DeadLetters.Arn"]))
    }

    @Test(
        "a full buffer of Firehose fits a request, in the templates and in what is written of it",
        arguments: templates
    )
    func buffers(name: String) throws {
        let lines = try Self.lines(name)
        let streams = Self.resources(of: "AWS::KinesisFirehose::DeliveryStream", lines)
        #expect(streams.count == 1)
        for stream in streams {
            let hints = "Properties.HttpEndpointDestinationConfiguration.BufferingHints.SizeInMBs"
            let sizes = Self.values(stream, hints, lines).compactMap { Int($0) }
            #expect(sizes.count == 1 && sizes.allSatisfy { (1...4).contains($0) }, "\(sizes)")
        }
        let readme = try String(contentsOf: Self.repository.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains("buffer size must be 4 MiB or less"))
    }
}
