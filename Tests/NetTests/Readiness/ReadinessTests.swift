import NIOConcurrencyHelpers
import Net
import Shards
import TestSupport
import Testing

struct ReadinessTests {
    private func text(_ report: Readiness.Report) -> String {
        var json = JSONWriter()
        report.write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func `a start is told with its progress`() {
        let readiness = Readiness()
        #expect(readiness.report == .starting(snapshotPercent: 0, eventsReplayed: 0))
        readiness.restored(percent: 100)
        readiness.replayed(12_345)
        #expect(readiness.report == .starting(snapshotPercent: 100, eventsReplayed: 12_345))
        #expect(readiness.report.status == 503)
        let text = #"{"status":"starting","snapshot_percent":100,"events_replayed":12345}"#
        #expect(self.text(readiness.report) == text)
    }

    @Test func `whether the journal takes writes is asked each time`() {
        let sink = RecordingSink()
        let readiness = Readiness()
        readiness.becameReady(hasRoom: { sink.hasRoom }, backlog: { Readiness.Backlog() })
        #expect(readiness.report.status == 200)
        sink.hasRoom = false
        #expect(readiness.report == .readOnly(Readiness.Backlog()))
        #expect(readiness.report.status == 503)
        sink.hasRoom = true
        #expect(readiness.report == .ready(Readiness.Backlog()))
    }

    @Test func `the backlog is asked for each time`() {
        let readiness = Readiness()
        let backlog = NIOLockedValueBox(Readiness.Backlog())
        backlog.withLockedValue { backlog in
            backlog.eventCount = 17
            backlog.lag = .microseconds(2_345_678)
            backlog.database = .down
            backlog.lastError = "the \"database\" is away"
        }
        readiness.becameReady(hasRoom: { true }, backlog: { backlog.withLockedValue { $0 } })
        #expect(
            self.text(readiness.report)
                == #"{"status":"ready","backlog_events":17,"lag_seconds":2.346,"#
                + #""database":"down","last_error":"the \"database\" is away"}"#
        )
        backlog.withLockedValue { backlog in
            backlog = Readiness.Backlog()
            backlog.database = .up
        }
        #expect(
            self.text(readiness.report)
                == #"{"status":"ready","backlog_events":0,"lag_seconds":0.0,"#
                + #""database":"up","last_error":null}"#
        )
        #expect(
            self.text(.readOnly(Readiness.Backlog()))
                == #"{"status":"read-only","backlog_events":0,"lag_seconds":0.0,"#
                + #""database":null,"last_error":null}"#
        )
    }

    @Test func `a lag below zero is none`() {
        var backlog = Readiness.Backlog()
        backlog.lag = .seconds(-5)
        #expect(self.text(.ready(backlog)).contains(#""lag_seconds":0.0,"#))
    }
}
