package io.saddlebag.host.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.InPlaceFile;
import io.saddlebag.posix.linux.LinuxPosix;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the name of a file that is written in place becomes durable. */
@Tag("J19")
class LocalInPlaceFilesTest {
    @TempDir
    Path folder;

    private final List<String> called = new ArrayList<>();
    private final LocalInPlaceFiles files = new LocalInPlaceFiles(listening(), new LinuxPosix());

    private HostFiles listening() {
        LocalFiles through = new LocalFiles(new LinuxPosix());
        return (HostFiles) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HostFiles.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("syncFolder")) {
                        called.add("folder");
                    }
                    try {
                        return method.invoke(through, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private InPlaceFile open() throws IOException {
        return files.open(folder.resolve("segment.partial"), 100);
    }

    @Test
    @Tag("Q6")
    void the_name_is_made_durable_once_and_not_before_the_content() throws IOException {
        try (InPlaceFile file = open()) {
            assertThat(file.existed()).isFalse();
            file.write(ByteBuffer.wrap(new byte[] {1, 2}), 3);
            assertThat(called).isEmpty();

            file.sync();
            file.sync();

            assertThat(called).containsExactly("folder");
        }
        assertThat(Files.size(folder.resolve("segment.partial"))).isEqualTo(100);
    }

    @Test
    void a_name_of_an_earlier_process_is_made_durable_again() throws IOException {
        open().close();
        try (InPlaceFile file = open()) {
            assertThat(file.existed()).isTrue();

            file.sync();

            assertThat(called).containsExactly("folder");
        }
    }

    @Test
    @Tag("Q6")
    void of_a_file_that_gets_another_name_the_content_alone_is_made_durable() throws IOException {
        try (InPlaceFile file = open()) {
            file.syncContent();

            assertThat(called).isEmpty();
        }
    }

    @Test
    void one_that_is_longer_is_left_as_it_is() throws IOException {
        Files.write(folder.resolve("segment.partial"), new byte[101]);

        assertThatThrownBy(this::open).isInstanceOf(BackupException.class).hasMessageContaining("it has 101 bytes");
        assertThat(Files.size(folder.resolve("segment.partial"))).isEqualTo(101);
    }
}
