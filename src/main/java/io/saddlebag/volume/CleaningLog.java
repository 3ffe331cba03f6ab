package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** What is known of cleaning (M17). Every change is durable on return. Thread-safe, also across processes. */
public interface CleaningLog {
    /** How often a cleaning cartridge was used, from 0. */
    int uses(Barcode cartridge) throws IOException;

    void countUse(Barcode cartridge) throws IOException;

    /** Why a cleaning cartridge must not be used any more; empty while it may. */
    Optional<String> retired(Barcode cartridge) throws IOException;

    void retire(Barcode cartridge, String why) throws IOException;

    /** Whether a drive asked to be cleaned and wasn't yet: many drives say so only once. */
    boolean asked(String drive) throws IOException;

    /** @param now from when on the drive is known, unless it is already */
    void ask(String drive, Instant now) throws IOException;

    /** When the drive was cleaned last, or known first; empty for one that was never looked at. */
    Optional<Instant> since(String drive) throws IOException;

    /** Begins a new interval; what the drive had asked for is done. */
    void cleaned(String drive, Instant at) throws IOException;
}
