/// An EventBridge event with one finding.
package let eventText = event(id: "0b1c")

/// An EventBridge event with one finding and this id.
package func event(id: String) -> String {
    """
    {"version":"0","id":"\(id)","detail-type":"Scheduled Check","source":"example.checks","account":"111122223333",\
    "time":"2026-11-24T02:59:00Z","region":"us-east-1","resources":[],"detail":{"state":"failed"}}
    """
}
