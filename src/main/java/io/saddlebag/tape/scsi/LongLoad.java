package io.saddlebag.tape.scsi;

import java.time.Duration;
import java.util.function.Consumer;

/** What is said while a drive takes long to get a cartridge ready. */
final class LongLoad {
    /** A used cartridge is ready in less. */
    private static final Duration USUAL = Duration.ofMinutes(2);

    private static final Duration EVERY = Duration.ofMinutes(15);

    private final String drive;
    private final Consumer<String> says;
    private long nextNanos = USUAL.toNanos();
    private boolean said;

    LongLoad(String drive, Consumer<String> says) {
        this.drive = drive;
        this.says = says;
    }

    void still(long nanos) {
        if (nanos >= nextNanos) {
            nextNanos = nanos + EVERY.toNanos();
            says.accept("drive " + drive + " has been getting its cartridge ready for " + minutes(nanos)
                    + (said
                            ? ""
                            : "; a new LTO-9 cartridge is measured when it is loaded for the first time, which takes up to"
                                    + " two hours and must not be interrupted"));
            said = true;
        }
    }

    void done(long nanos) {
        if (said) {
            says.accept("drive " + drive + " is ready after " + minutes(nanos));
        }
    }

    private static String minutes(long nanos) {
        return Duration.ofNanos(nanos).toMinutes() + " minutes";
    }
}
