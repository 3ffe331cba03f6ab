package io.saddlebag.architecture.planted.job;

import java.time.Clock;
import java.time.Instant;
import java.util.Random;

class AllowedClock {
    Instant now(Clock handedIn) {
        return Instant.now(handedIn).plusMillis(new Random(7).nextInt());
    }
}
