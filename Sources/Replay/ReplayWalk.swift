import FoundationEssentials

/// How far back a replay came.
struct ReplayWalk: Sendable {
    /// A page that was read, to read it again.
    struct Page: Sendable {
        var cursor: Int64
        var observations: Int
        var oldest: Date
        var newest: Date
    }

    struct Pages: Sendable {
        private(set) var all: [Page] = []

        mutating func append(_ page: PastPage) {
            all.append(
                Page(
                    cursor: page.cursor,
                    observations: page.observations,
                    oldest: page.oldest,
                    newest: page.newest
                )
            )
        }
    }

    /// What is asked for.
    let since: Date
    /// From the newest to the oldest, those of the warm-up included.
    var pages = Pages()
    var cuts: [String] = []
    /// When the oldest observation was received that was decided.
    var oldest: Date?
    private var end: Date?

    init(since: Date) { self.since = since }

    /// From here on everything was decided.
    var reached: Date { end ?? since }

    mutating func end(at date: Date, because cut: String) {
        end = date
        cuts.append(cut)
    }

    /// Says whether what is missing at the beginning is gone, or never was.
    ///
    /// - Parameters:
    ///   - past: What was read.
    ///   - cursor: Behind the last page.
    ///   - until: The end of what was read.
    /// - Throws: When the history cannot be read.
    mutating func settle(_ past: Past, from cursor: Int64, until: Date) async throws {
        let begin = oldest ?? until
        // What was read for the warm-up alone reaches back far enough.
        guard pages.all.last?.oldest ?? until > since, try await past.isAnythingKept(before: cursor) == false else {
            return
        }
        if past.isJournal, try await past.isAnythingStored(before: begin) {
            end(at: begin, because: oldest == nil ? ReplayCut.noJournal : ReplayCut.journal(begin))
        } else if oldest != nil {
            end(at: begin, because: ReplayCut.history(begin))
        }
    }
}
