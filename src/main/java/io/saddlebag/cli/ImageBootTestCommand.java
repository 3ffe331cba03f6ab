package io.saddlebag.cli;

import io.saddlebag.boot.BootMachine;
import io.saddlebag.boot.BootRequest;
import io.saddlebag.node.Node;
import io.saddlebag.quantity.ByteCount;
import io.saddlebag.quantity.Durations;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "boot-test",
        mixinStandardHelpOptions = true,
        description =
                "Show that a backed-up disk boots: restore it to a scratch file, start that in QEMU without a network,"
                        + " and wait for a line on its serial console. Nothing of it is kept.")
final class ImageBootTestCommand implements Callable<Integer> {
    @ParentCommand
    @Nullable
    ImageCommand parent;

    @Parameters(paramLabel = "BACKUP", description = "A name, for its newest backup, or an id from 'saddlebag lsbu'.")
    String backup = "";

    @Option(
            names = "--disk",
            paramLabel = "PATH",
            description = "Which of the backup's disks, as its path was at the backup; needed when it has several.")
    @Nullable
    String disk;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            description = "The newest backup up to then, e.g. 2026-01-31T12:00:00Z.")
    @Nullable
    Instant asOf;

    @Option(
            names = "--marker",
            paramLabel = "REGEX",
            description = "Found in a line of the serial console when the disk has booted. Default: ${DEFAULT-VALUE}.")
    String marker = BootRequest.DEFAULT_MARKER;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "5m",
            description = "How long booting may take, up to 6h. Default: ${DEFAULT-VALUE}.")
    String timeout = "5m";

    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "A kernel of this machine to start at once, for a disk without a boot loader.")
    @Nullable
    Path kernel;

    @Option(names = "--initrd", paramLabel = "FILE", description = "The initial RAM disk of the kernel.")
    @Nullable
    Path initrd;

    @Option(
            names = "--append",
            paramLabel = "TEXT",
            description = "The kernel's command line. Default: ${DEFAULT-VALUE}.")
    String append = BootMachine.DEFAULT_APPEND;

    @Option(
            names = "--firmware",
            paramLabel = "FILE",
            description = "Firmware in place of QEMU's BIOS, such as OVMF.fd for a disk that wants UEFI.")
    @Nullable
    Path firmware;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            description = "Memory of the machine. Default: ${DEFAULT-VALUE}.")
    String memory = "1GiB";

    @Option(
            names = "--qemu",
            paramLabel = "PROGRAM",
            description = "The QEMU to start, for the disk's kind of processor. Default: ${DEFAULT-VALUE}.")
    String qemu = BootMachine.DEFAULT_PROGRAM;

    @Option(
            names = "--accelerator",
            paramLabel = "WHICH",
            defaultValue = "tcg",
            description = "tcg emulates the processor, which works everywhere; kvm uses it, which is faster."
                    + " Default: ${DEFAULT-VALUE}.")
    String accelerator = "tcg";

    @Mixin
    PromptArgument prompt = new PromptArgument();

    @Override
    public Integer call() throws Exception {
        return Objects.requireNonNull(parent).work("restore " + backup, this::run);
    }

    private int run(Node node, Output output) throws Exception {
        SaddlebagCommand root = Objects.requireNonNull(parent).root();
        var machine = new BootMachine(
                qemu,
                BootMachine.Accelerator.parse(accelerator),
                ByteCount.parse(memory),
                absolute(firmware),
                absolute(kernel),
                absolute(initrd),
                append);
        var request = new BootRequest(
                RestoreCommand.selector(backup, asOf),
                disk,
                machine,
                BootRequest.marker(marker),
                Durations.parse(timeout),
                root.surroundings().user(),
                prompt.prompt());
        return new JobReporter(output, root.json)
                .report(List.of(node.bootTests().run(request)));
    }

    private static @Nullable Path absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath();
    }
}
