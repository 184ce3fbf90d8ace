/// How long the pollers of a queue wait for what.
package struct PollTiming: Sendable {
    /// How long SQS waits for a message, 0 to 20 s.
    package var wait = 20
    /// How long an answer may take beyond that.
    package var transfer = Duration.seconds(15)
    /// For how many seconds nobody else gets what was received.
    package var visibility = 60
    /// After a failure, doubled for each further one up to `longestPause`.
    package var firstPause = Duration.seconds(1)
    package var longestPause = Duration.seconds(60)
    /// Between two looks at a store that takes nothing.
    package var look = Duration.seconds(1)
    /// How long a deletion may take.
    package var deletion = Duration.seconds(5)
    package var deletionTries = 3

    package init() {}

    /// The pause after so many failures, 1 or more.
    ///
    /// Between half and all of it, so that pollers that failed together do not come back together.
    func pause(after failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        var pause = firstPause
        for _ in 1..<max(1, min(failures, 20)) where pause < longestPause { pause *= 2 }
        pause = min(pause, longestPause)
        return pause * Double.random(in: 0.5...1, using: &generator)
    }
}
