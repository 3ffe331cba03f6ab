package io.saddlebag.cli;

import io.saddlebag.job.OperatorRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a job asks, as JSON shows it. Names are stable. */
record RequestView(
        int number,
        String kind,
        String asks,
        String wanted,
        Instant at,
        List<String> replies,
        @Nullable String reply,
        @Nullable String repliedBy) {
    static RequestView of(OperatorRequest request) {
        OperatorRequest.Reply reply = request.reply();
        return new RequestView(
                request.number(),
                request.question().kind().display(),
                request.question().audience().display(),
                request.question().wanted(),
                request.at(),
                request.question().kind().replies().stream()
                        .map(OperatorRequest.Reply::display)
                        .toList(),
                reply == null ? null : reply.display(),
                request.repliedBy());
    }
}
