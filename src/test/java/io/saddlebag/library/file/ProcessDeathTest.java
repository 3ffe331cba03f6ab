package io.saddlebag.library.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.library.Element;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.tape.TapeDrawing;
import io.saddlebag.tape.TapeFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes a cartridge is killed: what it had is free at once, and what it acknowledged is there. */
@Tag("M19")
@Tag("M4")
@Tag("Q11")
@Timeout(120)
class ProcessDeathTest {
    private static final int KILLS = 4;

    @TempDir
    Path folder;

    @Test
    void a_killed_process_leaves_its_drive_and_all_it_acknowledged() throws Exception {
        NewLibrary plan = NewLibrary.DEFAULT.withCapacity(ByteCount.mebibytes(64), ByteCount.mebibytes(1));
        try (FileLibrary library = FileLibrary.create(folder, plan)) {
            library.move(Element.slot(1), Element.drive(1));
            for (long seed = 0; seed < KILLS; seed++) {
                String acknowledged = killAfterSomeBlocks(library, new Random(seed).nextInt(60));

                try (Library.Reservation mine = library.reserve(Element.drive(1))) {
                    mine.drive().load();
                    assertThat(TapeDrawing.rest(mine.drive()) + "|")
                            .as("seed %d", seed)
                            .startsWith(acknowledged);
                    mine.drive().unload();
                }
            }
        }
    }

    /** While it lives nobody else gets the drive or the cartridge. Returns what it acknowledged. */
    private String killAfterSomeBlocks(FileLibrary library, int blocks) throws IOException, InterruptedException {
        Process user = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LibraryUser.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(user.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(said.readLine()).isEqualTo("loaded");
            assertThatThrownBy(() -> library.reserve(Element.drive(1)))
                    .hasMessageContaining(LibraryFault.IN_USE.id() + " drive dte1 of library virtual is reserved by")
                    .hasMessageContaining("process " + user.pid());
            assertThatThrownBy(() -> library.drives().get(Element.drive(1)).load())
                    .hasMessageContaining(TapeFault.IN_USE.id())
                    .hasMessageContaining("process " + user.pid());
            assertThatThrownBy(() -> library.move(Element.drive(1), Element.slot(1)))
                    .hasMessageContaining(LibraryFault.NOT_RELEASED.id());
            StringBuilder acknowledged = new StringBuilder();
            for (int i = 0; i < blocks; i++) {
                acknowledged.append(said.readLine()).append("|#|");
            }
            return acknowledged.toString();
        } finally {
            // SIGKILL on every Unix
            user.destroyForcibly();
            assertThat(user.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
