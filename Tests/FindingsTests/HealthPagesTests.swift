import Findings
import FoundationEssentials
import NoroshiTestSupport
import Testing

@Suite("AWS Health: messages in pages")
struct HealthPagesTests {
    /// A page of a message about an event, as EventBridge delivers it.
    private func page(_ page: String?, of total: String?, _ entities: [String], communication: String = "c-1") throws
        -> Finding
    {
        let numbers = [("page", page), ("totalPages", total)].compactMap { name, value in
            value.map { #","\#(name)":"\#($0)""# }
        }.joined()
        let listed = entities.map { #"{"entityValue":"\#($0)","status":"IMPAIRED"}"# }.joined(separator: ",")
        let text = """
            {"id":"e-\(page ?? "")","detail-type":"AWS Health Event","source":"aws.health","account":"111122223333",
            "time":"2026-05-04T10:00:0\(page == "1" ? 9 : 0)Z","region":"eu-west-1","detail":{
            "eventArn":"arn:aws:health:eu-west-1::event/RDS/AWS_RDS_MAINTENANCE_SCHEDULED/x","service":"RDS",
            "eventTypeCode":"AWS_RDS_MAINTENANCE_SCHEDULED","eventTypeCategory":"scheduledChange",
            "communicationId":"\(communication)","statusCode":"upcoming","eventRegion":"eu-west-1",
            "eventDescription":[{"language":"en_US","latestDescription":"Maintenance is planned."}],
            "affectedEntities":[\(listed)],"affectedAccount":"111122223333"\(numbers)}}
            """
        return try #require(try FindingDecoder().decode(text: text).observations.first).finding
    }

    @Test("a page knows which of how many it is; most events are no pages, and nonsense is none")
    func numbers() throws {
        let second = try page("2", of: "3", ["db-1"])
        #expect(second.pages == Pages(communication: "c-1", received: [2], total: 3))
        #expect(second.json.text.contains(#""pages":{"received":[2],"total":3}"#))
        for (number, total) in [("1", "1"), (nil, nil), ("4", "3"), ("0", "3"), ("x", "3"), ("1", "-2")] {
            #expect(try page(number, of: total, []).pages == nil)
        }
    }

    @Test("pages come together in any order to the resources of all, and are news once none is missing")
    func joined() throws {
        var generator = SeededGenerator(seed: 31)
        let pages = try (1...4).map { try page("\($0)", of: "4", ["db-\($0)a", "db-\($0)b", "shared"]) }
        for _ in 0..<20 {
            var order = pages.shuffled(using: &generator)
            order.insert(order[1], at: 3)
            var whole = order[0]
            var news: [Bool] = []
            for next in order.dropFirst() {
                news.append(next.hasNews(after: whole))
                whole = try #require(next.joined(to: whole))
            }
            #expect(whole.pages?.received == [1, 2, 3, 4])
            #expect(Set(whole.resources.map(\.id)).count == 9 && whole.resources.count == 9)
            #expect(news == [false, false, false, true])
            #expect(whole.key == pages[0].key)
            // None is older than another, though the events around them are dated apart.
            #expect(whole.updatedAt == pages.compactMap(\.updatedAt).max())
        }
    }

    @Test("a later message stands for itself, and is news if its text is")
    func later() throws {
        let first = try page("1", of: "2", ["db-1"])
        var later = try page("1", of: "2", ["db-9"], communication: "c-2")
        later.updatedAt = first.updatedAt?.addingTimeInterval(60)
        #expect(later.joined(to: first) == nil)
        #expect(later.hasNews(after: first) == false)
        later.description = "Maintenance is postponed."
        #expect(later.hasNews(after: first))
        #expect(try page(nil, of: nil, ["db-1"], communication: "c-3").joined(to: first) == nil)
    }
}
