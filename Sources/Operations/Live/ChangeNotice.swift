/// What is told to whoever listens: that something changed, never what.
package enum ChangeNotice: Sendable, Hashable {
    /// The first word: the id of what is known now.
    case opened(id: String)
    /// With the id of what is known since, if nothing follows at once.
    case changed(Topic, id: String?)
    /// What the listener knew is not what is known now: everything is to be looked at again.
    case resync(id: String)
    /// A sign of life, for connections that end when nothing is said.
    case quiet
    /// Whoever listens may not any more: there is no use in coming back.
    case over

    /// What it is called where it is sent; `nil` when it tells nothing by itself.
    package var name: String? {
        switch self {
        case .opened, .quiet: nil
        case .changed(let topic, _): topic.name
        case .resync: "resync"
        case .over: "end"
        }
    }

    /// What the listener shows when it comes back.
    package var id: String? {
        switch self {
        case .opened(let id), .resync(let id): id
        case .changed(_, let id): id
        case .quiet, .over: nil
        }
    }
}

/// The notices of one listener; ends when the feed ends, or the listener's time is over.
package struct ChangeNotices: AsyncSequence, Sendable {
    package typealias Element = ChangeNotice
    package typealias Failure = Never

    let key: Int
    let bell: AsyncStream<Void>
    let feed: ChangeFeed
    let opening: ChangeNotice

    package struct AsyncIterator: AsyncIteratorProtocol {
        package typealias Failure = Never
        let key: Int
        var bell: AsyncStream<Void>.Iterator
        let feed: ChangeFeed
        /// What is due, the last one first.
        var due: [ChangeNotice]

        package mutating func next() async -> ChangeNotice? { await next(isolation: nil) }

        package mutating func next(isolation: isolated (any Actor)?) async -> ChangeNotice? {
            while due.isEmpty {
                guard await bell.next(isolation: isolation) != nil, let notices = await feed.take(key) else {
                    return nil
                }
                due = notices.reversed()
            }
            return due.removeLast()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(key: key, bell: bell.makeAsyncIterator(), feed: feed, due: [opening])
    }

    /// Ends the listening, when whoever listens is gone; it ends by itself, too, when nothing holds it any more.
    package func leave() async { await feed.leave(key) }
}
