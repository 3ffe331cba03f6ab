package io.saddlebag.restore.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.restore.RestoreFault;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.workbench.TextDamage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is dropped into the folder of requests, it is a request or is refused for a reason; never a failure of ours. */
@Tag("Q13")
@Tag("W17")
class RequestFuzzTest {
    private static final int ROUNDS = 3_000;

    private static final List<String> SEEDS =
            List.of("restore: orders\n", """
            restore: [orders, files]
            asOf: 2026-01-31T12:00:00Z
            media: [disk, tape]
            failover: previous
            force: true
            database: orders
            existing: keep-newer
            prompt: automatic
            devices: false
            """, """
            backup: [12, 13]        # in this order
            to: /var/restored
            map:
              - /srv/a=/restore/b
              - /srv/c=/restore/d
            newname: /srv/data/*.dbf=/srv/new/%b
            objects:
              - /srv/files/contracts
              - "/srv/größe"
            """, """
            {"restore": "orders", "until": "lsn:16/B374D848", "switch": true, "objects": ["control-file"]}
            """, "restore: orders\nuntil: sequence:17\nmap: /a=/b\n");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void any_bytes_are_a_request_or_refused(long seed) {
        Assertions.assertTimeoutPreemptively(Duration.ofMinutes(1), () -> readAll(seed), "seed " + seed);
    }

    private static void readAll(long seed) throws IOException {
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] text = TextDamage.ofBytes(SEEDS.get(i % SEEDS.size()).getBytes(UTF_8), random);
            try {
                RestoreRequest request = RequestFile.read("r.yaml", new ByteArrayInputStream(text), null);
                assertThat(request.backups()).isNotEmpty().doesNotContainNull();
                assertThat(request.objects()).doesNotContainNull();
                Path to = request.target();
                assertThat(to == null || to.isAbsolute()).isTrue();
                read++;
            } catch (BackupException e) {
                assertThat(e.is(RestoreFault.BAD_REQUEST)).as(e.getMessage()).isTrue();
            } catch (IOException | RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ": " + new String(text, UTF_8), e);
            }
        }
        assertThat(read).isBetween(ROUNDS / 100, ROUNDS * 99 / 100);
    }
}
