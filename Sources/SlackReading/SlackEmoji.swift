/// The emoji that Slack writes as `:name:`, as far as an alert uses them.
enum SlackEmoji {
    private static let characters: [String: String] = [
        "red_circle": "🔴", "large_orange_circle": "🟠", "large_yellow_circle": "🟡", "large_green_circle": "🟢",
        "large_blue_circle": "🔵", "large_purple_circle": "🟣", "white_circle": "⚪", "black_circle": "⚫",
        "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "warning": "⚠️", "rotating_light": "🚨",
        "fire": "🔥", "no_entry": "⛔", "bell": "🔔", "information_source": "ℹ️", "question": "❓", "exclamation": "❗",
        "repeat": "🔁", "secret": "㊙️", "100": "💯", "1234": "🔢", "abc": "🔤", "abcd": "🔡", "ab": "🆎", "a": "🅰️", "b": "🅱️",
        "o": "⭕", "m": "Ⓜ️", "v": "✌️", "tm": "™️", "id": "🆔", "ok": "🆗", "ng": "🆖", "up": "🆙", "new": "🆕", "on": "🔛",
        "end": "🔚", "sa": "🈂️", "cl": "🆑", "vs": "🆚", "key": "🔑", "bucket": "🪣", "cloud": "☁️", "door": "🚪", "gem": "💎",
        "bug": "🐛", "mask": "😷", "email": "📧", "package": "📦", "satellite": "🛰️", "shield": "🛡️", "us": "🇺🇸", "eu": "🇪🇺",
        "jp": "🇯🇵", "de": "🇩🇪", "fr": "🇫🇷", "gb": "🇬🇧", "uk": "🇬🇧", "cn": "🇨🇳", "kr": "🇰🇷", "it": "🇮🇹", "es": "🇪🇸",
        "ru": "🇷🇺", "tada": "🎉", "rocket": "🚀", "smile": "😄", "eyes": "👀", "+1": "👍", "-1": "👎", "arrow_up": "⬆️",
        "hourglass": "⌛", "lock": "🔒", "mag": "🔍", "link": "🔗",
    ]

    /// The text with the names that are known replaced; others stay as they are.
    static func replaceNames(in text: String) -> String {
        guard text.contains(":") else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: ":") {
            result += rest[..<open]
            let after = rest[rest.index(after: open)...]
            let name = after.prefix { "_+-'".contains($0) || $0.isLetter || $0.isNumber }
            let tail = after[name.endIndex...]
            if tail.first == ":", let character = characters[String(name)] {
                result += character
                rest = tail.dropFirst()
            } else {
                result += ":"
                rest = after
            }
        }
        return result + rest
    }
}
