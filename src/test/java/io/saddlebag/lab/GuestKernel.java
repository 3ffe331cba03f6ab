package io.saddlebag.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saddlebag.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A kernel of Debian for guests, as {@code scripts/hardware-lab fetch bookworm} unpacks it, with an initial RAM disk that mounts
 * a file system of type ext4 on the first virtio disk and starts {@code /sbin/init} there. Folder: system property
 * {@code saddlebag.lab.kernel}.
 */
public record GuestKernel(Path kernel, Path initrd) {
    private static final List<String> MODULES = List.of("virtio_pci", "virtio_blk", "crc32c_generic", "ext4");

    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox mount -t proc proc /proc
            /bin/busybox mount -t devtmpfs dev /dev
            for module in $(/bin/busybox cat /modules/order); do
              /bin/busybox insmod /modules/$module
            done
            /bin/busybox mount -t ext4 -o ro /dev/vda /root || exec /bin/busybox poweroff -f
            exec /bin/busybox switch_root /root /sbin/init
            """;

    /** Skips the test where there is none. */
    public static GuestKernel in(Path folder) throws IOException, InterruptedException {
        Program.need("qemu-system-x86_64", "busybox", "cpio", "modprobe", "sh");
        Path root = Path.of(System.getProperty("saddlebag.lab.kernel", "target/hardware-lab/bookworm/root"))
                .toAbsolutePath();
        assumeTrue(
                Files.isDirectory(root.resolve("lib/modules")),
                "there is no kernel in " + root + "; 'scripts/hardware-lab fetch bookworm' unpacks one");
        String version = only(root.resolve("lib/modules"), "");
        if (!Files.exists(root.resolve("lib/modules/" + version + "/modules.dep"))) {
            Program.run(folder, "depmod", "-b", root, version);
        }
        return new GuestKernel(
                root.resolve("boot").resolve(only(root.resolve("boot"), "vmlinuz")), initrd(root, version, folder));
    }

    private static String only(Path folder, String prefix) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path initrd(Path root, String version, Path folder) throws IOException, InterruptedException {
        Path tree = Files.createDirectory(folder.resolve("initrd"));
        for (String name : List.of("bin", "proc", "dev", "root", "modules")) {
            Files.createDirectory(tree.resolve(name));
        }
        Files.copy(Path.of(Program.run(folder, "sh", "-c", "command -v busybox").strip()), tree.resolve("bin/busybox"));
        Set<String> order = new LinkedHashSet<>();
        for (String module : MODULES) {
            String needed = Program.run(folder, "modprobe", "-d", root, "-S", version, "--show-depends", module);
            for (String line :
                    needed.lines().filter(each -> each.startsWith("insmod ")).toList()) {
                Path file = Path.of(line.split(" ")[1]);
                if (order.add(file.getFileName().toString())) {
                    Files.copy(file, tree.resolve("modules").resolve(file.getFileName()));
                }
            }
        }
        Files.writeString(tree.resolve("modules/order"), String.join("\n", order) + "\n");
        Files.writeString(tree.resolve("init"), INIT);
        for (String program : List.of("init", "bin/busybox")) {
            Files.setPosixFilePermissions(tree.resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Program.run(tree, "sh", "-c", "find . | cpio -o -H newc --quiet > ../initrd.cpio");
        return folder.resolve("initrd.cpio");
    }
}
