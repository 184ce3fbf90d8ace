/// How many findings of each account were opened, less those that were closed, in each hour.
enum OpenHourRows {
    /// By account, "" for findings without, from an hour on.
    static func changes(since hour: Int, _ session: Session) throws -> [String: Int] {
        let rows = try session.all(
            "SELECT account, sum(change)::bigint FROM open_hours WHERE hour >= $1 GROUP BY account",
            [hour]
        ) { (try $0.text(0), try $0.count(1)) }
        return Dictionary(rows) { first, _ in first }
    }
}
