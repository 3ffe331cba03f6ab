package io.saddlebag.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.catalog.Backup;
import io.saddlebag.catalog.BackupId;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("J13")
class ChainBreakingTest {
    @TempDir
    Path home;

    private JournalSite site;
    private ChainBreaking breaking;

    @BeforeEach
    void open() throws IOException {
        site = new JournalSite(home);
        breaking = new ChainBreaking(
                site.bench.chain(),
                (backup, cause) -> site.bench
                        .poolRegister()
                        .mark(backup, site.bench.poolRegister().beginRun(), cause),
                (message, text) -> site.told.add(message + ", " + text));
    }

    @AfterEach
    void close() throws IOException {
        site.close();
    }

    @Test
    void a_backup_file_of_a_chain_is_not_deleted() throws Exception {
        site.drop(1, 2);
        site.pass();

        assertThatThrownBy(() -> breaking.delete("ledger", new BackupId(1), ChainBreaking.Consent.NONE))
                .hasMessageContaining("SBG-L008 backup 1 holds journals 1..2 of ledger")
                .hasMessageContaining("--break-chain");
        assertThat(site.chain()).isEqualTo("1 READY, 2 READY");
        assertThat(site.stored()).isEqualTo(site.written);
    }

    @Test
    void with_consent_the_chain_is_broken_an_alarm_is_raised_and_a_full_backup_asked_for() throws Exception {
        site.drop(1);
        site.pass();
        site.drop(2);
        site.pass();
        site.told.clear();

        breaking.delete("ledger", new BackupId(1), ChainBreaking.Consent.BREAK_CHAIN);

        assertThat(site.chain()).isEqualTo("1 BROKEN, 2 READY");
        assertThat(site.told)
                .containsExactly(
                        "OPERNOTIFY, the chain of ledger is broken at journals 1..1",
                        "DOFULLBCK, full database backup should be done to ensure future recovery");
        assertThat(site.bench.catalog().find(new BackupId(1)).orElseThrow().state())
                .isEqualTo(Backup.State.LOST);
        site.pass();
        assertThat(site.chain()).isEqualTo("1 BROKEN, 2 READY");
    }

    @Test
    void what_is_no_backup_file_of_these_journals_is_refused() {
        assertThatThrownBy(() -> breaking.delete("ledger", new BackupId(9), ChainBreaking.Consent.BREAK_CHAIN))
                .hasMessageContaining("SBG-L010 backup 9 holds no journals of ledger");
    }
}
