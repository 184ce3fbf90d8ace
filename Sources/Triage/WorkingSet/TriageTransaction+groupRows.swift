import Findings
import FoundationEssentials
import Routing

/// Groups, and what waits in them.
extension TriageTransaction {
    mutating func group(_ name: AlertGroup.Name) throws -> AlertGroup? {
        if working.groupNumbers[name] == nil {
            var wanted = WantedRows()
            wanted.groups = [name]
            try load(wanted)
        }
        return working.groupNumbers[name].flatMap { working.groups[$0] ?? nil }
    }

    mutating func group(numbered number: Int64) throws -> AlertGroup? {
        var wanted = WantedRows()
        wanted.groupNumbers = [number]
        try load(wanted)
        return working.groups[number] ?? nil
    }

    mutating func insert(_ group: AlertGroup) -> AlertGroup { working.insert(group) }
    mutating func save(_ group: AlertGroup) { working.save(group) }
    mutating func remove(_ group: AlertGroup) { working.remove(group) }

    /// Groups of which something is due, the longest due first.
    mutating func dueGroups(now: Date, limit: Int) throws -> [AlertGroup] {
        guard let rows else { return working.dueGroups(now: now, limit: limit) }
        try send(.groups)
        let due = try rows.dueGroups(now: now, limit: limit)
        for group in due { working.note(group) }
        return due
    }

    /// - Returns: The item's number.
    mutating func put(_ item: WaitingItem, about subject: Subject) -> Int64 { working.insert(item, about: subject) }

    private mutating func row(ofItem number: Int64) throws -> ItemRow? {
        var wanted = WantedRows()
        wanted.items = [number]
        try load(wanted)
        return working.items[number] ?? nil
    }

    /// Takes an item back.
    ///
    /// - Returns: Its units, `nil` when it does not wait any more.
    mutating func withdraw(item number: Int64) throws -> Int? {
        guard var row = try row(ofItem: number), row.item.state == .waiting else { return nil }
        row.item.state = .withdrawn
        working.save(row)
        return row.item.units
    }

    /// Has an item that waits speak of this observation of its finding.
    mutating func refer(item number: Int64, to subject: Subject) throws {
        guard var row = try row(ofItem: number), row.item.state == .waiting else { return }
        row.subject = subject
        working.save(row)
    }

    private mutating func items(in group: Int64, _ state: WaitingItem.State, limit: Int) throws -> [ItemRow] {
        guard let rows else { return Array(working.items(in: group, state).prefix(limit)) }
        try send([.groups, .items])
        let found = try rows.items(in: group, state, limit: limit)
        for row in found { working.items.note(row, at: row.item.number) }
        return found
    }

    /// What waits in a group, most severe first, then the oldest.
    mutating func waiting(in group: Int64, limit: Int) throws -> [ItemRow] {
        try items(in: group, .waiting, limit: limit)
    }

    /// The most severe of what a group has told.
    mutating func toldItem(in group: Int64) throws -> ItemRow? { try items(in: group, .told, limit: 1).first }

    mutating func waitingCount(in group: Int64) throws -> Int {
        guard let rows else { return working.waitingCount(in: group) }
        try send([.groups, .items])
        return try rows.waitingCount(in: group)
    }

    /// What everything that waits in a group comes to.
    mutating func sum(of group: Int64) throws -> WaitingSum {
        guard let rows else { return working.sum(of: group) }
        try send([.findings, .groups, .items])
        return try rows.sum(of: group)
    }

    /// Notes that a notification tells an item.
    mutating func tell(_ row: ItemRow, in notification: String) {
        var row = row
        row.item.state = .told
        row.item.notification = notification
        working.save(row)
    }

    /// Moves an item into another group.
    mutating func move(_ row: ItemRow, to group: Int64) {
        var row = row
        row.item.group = group
        working.save(row)
    }
}
