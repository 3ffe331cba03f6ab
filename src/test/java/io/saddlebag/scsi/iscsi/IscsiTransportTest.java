package io.saddlebag.scsi.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.lab.TapeLab;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.ScsiTransportContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libiscsi against the Linux SCSI target framework. */
class IscsiTransportTest extends ScsiTransportContract {
    private static TapeLab lab;

    @BeforeAll
    static void startLab(@TempDir Path folder) throws IOException {
        lab = TapeLab.start(folder, new TapeLab.Size(1, 1, 64));
        lab.load(1, 1);
    }

    @AfterAll
    static void stopLab() throws IOException {
        if (lab != null) {
            lab.close();
        }
    }

    @Override
    protected ScsiTransport open() throws IOException {
        ScsiTransport drive = lab.connect(lab.drive(1));
        ScsiReply attention = drive.execute(none("TEST UNIT READY", io.saddlebag.scsi.Cdb.of(0, 0, 0, 0, 0, 0)));
        // power on, reset: told once for each login, and not to the library
        assertThat(attention.status()).isEqualTo(ScsiReply.CHECK_CONDITION);
        assertThat(attention.sense()[2]).isEqualTo((byte) 6);
        assertThat(attention.sense()[12]).isEqualTo((byte) 0x29);
        return drive;
    }

    @Override
    protected String expectedName() {
        return "iscsi://127.0.0.1:" + lab.port() + "/" + TapeLab.TARGET + "/1";
    }

    @Test
    void the_unit_attention_of_a_new_session_is_told_once() throws IOException {
        assertThat(ready().isGood()).isTrue();
    }
}
