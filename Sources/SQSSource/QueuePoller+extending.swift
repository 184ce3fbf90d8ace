import AWSRequests
import Logging
import Routing

extension QueuePoller {
    /// Until it is cancelled. SQS counts 12 hours from the receipt and refuses what is beyond them.
    func extendWhileNeeded(_ messages: [QueueMessage]) async {
        while Task.isCancelled == false, messages.isEmpty == false {
            await sleep(.milliseconds(timing.visibility * 2_000 / 3))
            guard Task.isCancelled == false else { return }
            do throws(AWSFault) {
                _ = try await queue.extend(messages, by: timing.visibility)
            } catch {
                logger.notice(
                    "messages that wait for the disk could not be kept from others; they come again",
                    metadata: ["source": "\(source.name)", "problem": "\(error)"]
                )
            }
        }
    }
}
