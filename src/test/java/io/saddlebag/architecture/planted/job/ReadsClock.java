package io.saddlebag.architecture.planted.job;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.function.Supplier;

class ReadsClock {
    long now() {
        Supplier<Instant> byReference = Instant::now;
        LocalDate date = LocalDate.now();
        Clock clock = Clock.systemUTC();
        return System.currentTimeMillis() + System.nanoTime() + new Date().getTime();
    }
}
