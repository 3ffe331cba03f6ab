package io.saddlebag.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.quantity.ByteCount;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("D9")
class BootMachineTest {
    @Test
    void a_machine_has_no_network_and_leaves_the_disk_as_it_is() {
        List<String> command = BootMachine.DEFAULT.command(Path.of("/scratch/disk,one.raw"));

        assertThat(command).startsWith("qemu-system-x86_64").containsSequence("-nic", "none");
        assertThat(command)
                .containsSequence("-drive", "if=virtio,format=raw,snapshot=on,file=/scratch/disk,,one.raw")
                .doesNotContain("-kernel", "-append", "-bios");
    }

    @Test
    void a_kernel_brings_its_command_line() {
        var machine = new BootMachine(
                "qemu",
                BootMachine.Accelerator.KVM,
                ByteCount.mebibytes(64),
                Path.of("/f"),
                Path.of("/k"),
                Path.of("/i"),
                "root=/dev/vda");

        assertThat(machine.command(Path.of("/d")))
                .containsSequence("-bios", "/f", "-kernel", "/k", "-initrd", "/i", "-append", "root=/dev/vda")
                .containsSequence("-m", "64")
                .containsSequence("-accel", "kvm");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThatThrownBy(() -> new BootMachine(
                        "qemu", BootMachine.Accelerator.TCG, ByteCount.mebibytes(15), null, null, null, ""))
                .hasMessage("a guest needs at least 16 MiB of memory, not 15 MiB");
        assertThatThrownBy(() -> new BootMachine(
                        "qemu", BootMachine.Accelerator.TCG, ByteCount.mebibytes(16), null, null, Path.of("/i"), ""))
                .hasMessage("an initrd belongs to a kernel, and none is given");
        assertThatThrownBy(() -> BootMachine.Accelerator.parse("xen"))
                .hasMessage("'xen' is no accelerator; valid are tcg, kvm");
        assertThatThrownBy(() -> BootRequest.marker("(")).hasMessageStartingWith("'(' is no regular expression: ");
        assertThatThrownBy(() -> new BootRequest(
                        new BackupSelector.Latest("data"),
                        null,
                        BootMachine.DEFAULT,
                        BootRequest.marker("x"),
                        Duration.ofHours(7),
                        null,
                        Prompt.OPERATOR))
                .hasMessage("a boot test takes more than no time and at most 6 hours, not PT7H");
    }
}
