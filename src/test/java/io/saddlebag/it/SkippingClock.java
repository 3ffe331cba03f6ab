package io.saddlebag.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The machine's clock, ahead or behind by what a file says: that of a node in another process jumps when the file is written. */
final class SkippingClock extends Clock {
    private final Path file;
    private final ZoneId zone;

    SkippingClock(Path file) {
        this(file, ZoneOffset.UTC);
    }

    private SkippingClock(Path file, ZoneId zone) {
        this.file = file;
        this.zone = zone;
    }

    /** Whoever goes by it sees that from now on. */
    static void set(Path file, Duration ahead) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, ahead.toString());
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public Instant instant() {
        try {
            return Instant.now().plus(Duration.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new SkippingClock(file, other);
    }
}
