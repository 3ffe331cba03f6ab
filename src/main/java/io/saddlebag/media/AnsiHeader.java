package io.saddlebag.media;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The record that HDR1, EOF1 and EOV1 share (ANSI X3.27, ISO 1001). */
final class AnsiHeader {
    private AnsiHeader() {}

    static byte[] first(
            String recordName,
            SetPosition at,
            String fileId,
            int section,
            int fileNumber,
            Instant created,
            @Nullable Instant expires,
            long blocks) {
        return new LabelWriter(recordName)
                .text(5, 21, fileId)
                .shortId(22, at.set())
                .lastDigits(28, 31, section)
                .lastDigits(32, 35, fileNumber)
                .put(36, 41, "000100")
                .date(42, created)
                .date(48, expires)
                .lastDigits(55, 60, blocks)
                .put(61, 73, LabelRecords.SYSTEM)
                .toBytes();
    }
}
