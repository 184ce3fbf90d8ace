import Findings
import HTTPSurface
import Operations
import Routing
import SlackReading
import Store

/// A message as its receiver would show it, and what it is made of.
struct MessageView {
    var preview: MessagePreview
    /// The finding as it was asked for, for the frame of a mail.
    var typed: String

    var html: HTML {
        switch preview.message {
        case .slack(let bytes): slack(bytes)
        case .webhook(let bytes): source("What is posted", bytes, isOpen: true)
        case .mail(let mail): self.mail(mail)
        }
    }

    private func slack(_ bytes: [UInt8]) -> HTML {
        let shown: HTML
        do throws(SlackRefusal) {
            let avatar: HTML = #"<span class="dot">\#(.icon(.find))</span>"#
            shown = SlackView.message(try SlackReading.SlackMessage.read(bytes), avatar: avatar)
        } catch {
            shown = #"<p class="err">Slack would refuse this message: \#(error.word) (\#(error.reason)).</p>"#
        }
        return """
            <div class="slack-view">\(shown)</div>\
            \(source("What is posted", bytes, isOpen: false))
            """
    }

    private func mail(_ mail: RenderedMessage.Mail) -> HTML {
        let frame: HTML =
            mail.html == nil
            ? ""
            : """
            <iframe class="mail-frame" sandbox title="The mail as a mail program shows it" \
            src="\(DestinationPage.path(preview.destination.name, preview.form, typed, part: "/mail"))"></iframe>
            """
        return """
            <dl class="kv"><dt>From</dt><dd>Noroshi &lt;\(mail.from)&gt;</dd><dt>To</dt><dd>\(mail.to)</dd>\
            <dt>Subject</dt><dd><b>\(mail.subject)</b></dd><dt>Size</dt><dd>\(.number(mail.size)) bytes</dd></dl>\
            \(frame)<details><summary class="row m">\(.icon(.chev, "chev i-s f"))Text part</summary><pre class="pre" tabindex="0" role="region" \
            aria-label="Text part">\(mail.text)</pre></details>
            """
    }

    private func source(_ title: HTML, _ bytes: [UInt8], isOpen: Bool) -> HTML {
        let written = String(decoding: bytes, as: UTF8.self)
        let text = PrettyJSON.text(written) ?? written
        return """
            <details\(isOpen ? " open" as HTML : "")><summary class="row m">\(.icon(.chev, "chev i-s f"))\(title), \(.number(bytes.count)) bytes</summary>\
            <pre class="pre" tabindex="0" role="region" aria-label="\(title)">\(text)</pre></details>
            """
    }
}
