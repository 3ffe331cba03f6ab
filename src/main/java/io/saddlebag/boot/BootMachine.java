package io.saddlebag.boot;

import io.saddlebag.quantity.ByteCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The machine that a disk is booted in. Without a kernel, the disk's own boot loader starts it.
 *
 * @param program of QEMU, by name or path
 * @param accelerator who runs the guest's instructions
 * @param memory of the guest
 * @param firmware for {@code -bios}, for disks that want UEFI; null is QEMU's own BIOS
 * @param kernel started at once in place of a boot loader, for disks without one; null for none
 * @param initrd for the kernel; null for none
 * @param append the kernel's command line
 */
public record BootMachine(
        String program,
        Accelerator accelerator,
        ByteCount memory,
        @Nullable Path firmware,
        @Nullable Path kernel,
        @Nullable Path initrd,
        String append) {
    public static final String DEFAULT_PROGRAM = "qemu-system-x86_64";
    public static final ByteCount DEFAULT_MEMORY = ByteCount.mebibytes(1024);

    /** A whole file system on the disk, said to the first serial port, and an end where the kernel panics. */
    public static final String DEFAULT_APPEND = "root=/dev/vda ro console=ttyS0 panic=-1";

    public static final BootMachine DEFAULT =
            new BootMachine(DEFAULT_PROGRAM, Accelerator.TCG, DEFAULT_MEMORY, null, null, null, DEFAULT_APPEND);

    /** Who runs the guest's instructions. */
    public enum Accelerator {
        /** QEMU itself: slow, and works everywhere. */
        TCG,
        /** The processor, by Linux's KVM; a guest may hang where that is emulated itself. */
        KVM;

        /** @throws IllegalArgumentException naming the valid ones */
        public static Accelerator parse(String text) {
            for (Accelerator each : values()) {
                if (each.name().equalsIgnoreCase(text.strip())) {
                    return each;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is no accelerator; valid are tcg, kvm");
        }
    }

    private static final long MIN_MEMORY_BYTES = 16L << 20;

    public BootMachine {
        if (memory.bytes() < MIN_MEMORY_BYTES) {
            throw new IllegalArgumentException("a guest needs at least 16 MiB of memory, not " + memory);
        }
        if (kernel == null && initrd != null) {
            throw new IllegalArgumentException("an initrd belongs to a kernel, and none is given");
        }
    }

    /** Those that have to be there. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Path file : new @Nullable Path[] {firmware, kernel, initrd}) {
            if (file != null) {
                files.add(file);
            }
        }
        return files;
    }

    /**
     * The command that boots a raw disk: what the guest writes goes to a temporary file of QEMU, there is no network, nobody at the
     * screen and no monitor, and the first serial port is standard output.
     */
    List<String> command(Path disk) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
                "-display",
                "none",
                // boot loaders want one, though nobody looks
                "-vga",
                "std",
                "-nic",
                "none",
                "-serial",
                "stdio",
                "-accel",
                accelerator.name().toLowerCase(Locale.ROOT),
                "-cpu",
                "max",
                "-m",
                Long.toString(memory.bytes() >> 20),
                "-drive",
                // a comma would begin another option
                "if=virtio,format=raw,snapshot=on,file=" + disk.toString().replace(",", ",,")));
        add(command, "-bios", firmware);
        add(command, "-kernel", kernel);
        add(command, "-initrd", initrd);
        if (kernel != null) {
            command.add("-append");
            command.add(append);
        }
        return command;
    }

    private static void add(List<String> command, String option, @Nullable Path file) {
        if (file != null) {
            command.add(option);
            command.add(file.toString());
        }
    }
}
