package io.saddlebag.snapshot.vss;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What programs said, and what they are given; {@code sessions/README.md} has the sources. */
final class Sessions {
    private Sessions() {}

    static List<String> lines(String name) throws IOException {
        try (InputStream in = Sessions.class.getResourceAsStream("sessions/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
