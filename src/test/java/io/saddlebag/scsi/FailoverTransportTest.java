package io.saddlebag.scsi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.scsi.memory.ChangerFault;
import io.saddlebag.scsi.memory.ChangerPlan;
import io.saddlebag.scsi.memory.SimulatedChanger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M18")
@Tag("Q11")
class FailoverTransportTest {
    private final SimulatedChanger changer =
            ChangerPlan.ofSlots(3, 1).media("A1", "B2").seed(3).build();
    private final Line first = new Line("first", changer);
    private final Line second = new Line("second", changer);

    /** A cable to a device. */
    private static final class Line implements FailoverTransport.Way {
        private final String name;
        private final ScsiTransport device;
        private final List<String> sent = new ArrayList<>();
        private @Nullable ScsiFault unplugged;
        private @Nullable ScsiFault losesNext;
        private int open;

        Line(String name, ScsiTransport device) {
            this.name = name;
            this.device = device;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public ScsiTransport open() throws ScsiException {
            if (unplugged != null) {
                throw new ScsiException(unplugged, name + " is unplugged", "Plug it in.");
            }
            open++;
            return new ScsiTransport() {
                @Override
                public String name() {
                    return name;
                }

                @Override
                public int longestTransferBytes() {
                    return device.longestTransferBytes();
                }

                @Override
                public ScsiReply execute(ScsiCommand command) throws IOException {
                    if (unplugged != null) {
                        throw new ScsiException(unplugged, name + " is unplugged", "Plug it in.");
                    }
                    sent.add(command.name());
                    ScsiReply reply = device.execute(command);
                    ScsiFault lost = losesNext;
                    if (lost != null && !command.name().equals("INQUIRY")) {
                        losesNext = null;
                        throw new ScsiException(lost, name + " lost the answer", "Look.");
                    }
                    return reply;
                }

                @Override
                public void close() {
                    open--;
                }
            };
        }
    }

    private FailoverTransport open(@Nullable String serial) throws IOException {
        return FailoverTransport.open("tower", List.of(first, second), serial);
    }

    private static ScsiCommand move() {
        return ChangerCommands.moveMedium(0, 1000, 1002);
    }

    @Test
    void the_first_way_that_can_be_opened_is_taken_and_the_device_behind_it_is_known() throws IOException {
        first.unplugged = ScsiFault.NOT_ALLOWED;

        try (FailoverTransport transport = open("LIB0001")) {
            assertThat(transport.name()).isEqualTo("second");
            assertThat(transport.serial()).contains("LIB0001");
        }
        assertThat(second.open).isZero();
    }

    @Test
    void a_command_that_was_never_sent_goes_another_way_once() throws IOException {
        try (FailoverTransport transport = open(null)) {
            transport.execute(move());
            first.unplugged = ScsiFault.NO_DEVICE;

            assertThat(transport.execute(move()).isGood()).isTrue();

            assertThat(second.sent).containsExactly("INQUIRY", "MOVE MEDIUM");
            assertThat(changer.log()).containsExactly("1000>1002");
            assertThat(first.open).isZero();
        }
    }

    @Test
    void a_command_of_unknown_fate_is_told_and_not_sent_again() throws IOException {
        try (FailoverTransport transport = open(null)) {
            transport.execute(move());
            first.losesNext = ScsiFault.CONNECTION_LOST;

            assertThatThrownBy(() -> transport.execute(move())).hasMessageContaining("SBG-U002 first lost the answer");

            assertThat(changer.log()).containsExactly("1000>1002");
            assertThat(second.sent).isEmpty();
            assertThat(transport
                            .execute(ChangerCommands.initializeElementStatus())
                            .isGood())
                    .isTrue();
            assertThat(second.sent).containsExactly("INQUIRY", "INITIALIZE ELEMENT STATUS");
        }
    }

    @Test
    void a_time_out_leaves_the_way_as_it_is() throws IOException {
        try (FailoverTransport transport = open(null)) {
            first.losesNext = ScsiFault.TIMED_OUT;
            assertThatThrownBy(() -> transport.execute(move())).hasMessageContaining("SBG-U001");
            assertThat(transport.name()).isEqualTo("first");
        }
    }

    @Test
    void another_device_behind_the_other_way_is_not_taken_for_this_one() throws IOException {
        Line stranger = new Line("stranger", new Stranger());
        try (FailoverTransport transport = FailoverTransport.open("tower", List.of(first, stranger), null)) {
            first.unplugged = ScsiFault.NO_DEVICE;

            assertThatThrownBy(() -> transport.execute(move()))
                    .hasMessageContaining("SBG-U003 no attachment of tower can be used: ")
                    .hasMessageContaining(
                            "behind stranger is the device with serial number OTHER, not tower with LIB0001")
                    .hasMessageContaining("first is unplugged");
            assertThat(stranger.sent).containsOnly("INQUIRY");
            assertThat(stranger.open).isZero();

            first.unplugged = null;
            assertThat(transport.execute(ChangerCommands.allowRemoval())).isNotNull();
        }
    }

    @Test
    void a_device_that_is_not_the_configured_one_is_not_opened() {
        assertThatThrownBy(() -> open("LIB0002"))
                .hasMessageContaining("behind first is the device with serial number LIB0001, not tower with LIB0002");
        assertThat(first.open + second.open).isZero();
        assertThat(changer.log()).isEmpty();
    }

    @Test
    void both_ways_gone_is_an_error_and_not_a_loop() throws IOException {
        try (FailoverTransport transport = open(null)) {
            first.unplugged = ScsiFault.NO_DEVICE;
            second.unplugged = ScsiFault.NO_DEVICE;
            assertThatThrownBy(() -> transport.execute(move())).hasMessageContaining("SBG-U003");
            changer.next(ChangerFault.BUSY);
        }
    }

    private static final class Stranger implements ScsiTransport {
        @Override
        public String name() {
            return "stranger";
        }

        @Override
        public int longestTransferBytes() {
            return 1 << 20;
        }

        @Override
        public ScsiReply execute(ScsiCommand command) {
            byte[] answer = {1, (byte) 0x80, 0, 5, 'O', 'T', 'H', 'E', 'R'};
            java.util.Objects.requireNonNull(command.data()).duplicate().put(answer);
            return ScsiReply.good(answer.length);
        }

        @Override
        public void close() {}
    }
}
