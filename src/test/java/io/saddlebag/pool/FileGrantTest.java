package io.saddlebag.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.Accounts;
import io.saddlebag.protection.FileRights;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M29")
final class FileGrantTest {
    private static final Accounts MACHINE = new Accounts() {
        @Override
        public Optional<User> user(String name) {
            return Optional.ofNullable(
                    Map.of("jane", new User(1001, 2001, Set.of("jane"))).get(name));
        }

        @Override
        public OptionalInt group(String name) {
            return switch (name) {
                case "jane" -> OptionalInt.of(2001);
                case "sales" -> OptionalInt.of(2002);
                case "secretaries" -> OptionalInt.of(2003);
                default -> OptionalInt.empty();
            };
        }
    };

    private static FileGrant of(String owner, String protection) throws BackupException {
        return FileGrant.of(FileRights.parse(owner, protection), MACHINE);
    }

    @Test
    void a_user_gets_files_with_the_users_own_group() throws Exception {
        assertThat(of("jane", null)).isEqualTo(new FileGrant(1001, 2001, 0500));
        assertThat(of("jane", "O:RW,G:R")).isEqualTo(new FileGrant(1001, 2001, 0640));
    }

    @Test
    void a_member_gets_files_with_the_group_that_is_named() throws Exception {
        assertThat(of("[sales,jane]", "G:R,W")).isEqualTo(new FileGrant(1001, 2002, 0540));
    }

    @Test
    void those_who_hold_a_name_together_are_a_group_with_the_owners_rights() throws Exception {
        assertThat(of("secretaries", "O:R,G:RWED,W:E")).isEqualTo(new FileGrant(-1, 2003, 0441));
    }

    @Test
    void without_an_owner_files_stay_whose_they_are() throws Exception {
        assertThat(FileGrant.of(FileRights.NONE, MACHINE)).isEqualTo(new FileGrant(-1, -1, 0500));
        assertThat(FileGrant.of(FileRights.NONE, MACHINE).isForOthers()).isFalse();
        assertThat(FileGrant.of(FileRights.parse(null, "W:R"), MACHINE).isForOthers())
                .isTrue();
        assertThat(of("jane", "O:R").isForOthers()).isTrue();
    }

    @Test
    void who_is_not_known_gets_nothing() {
        for (String unknown : new String[] {"john", "[sales,john]", "[ops,jane]", "1001"}) {
            assertThatThrownBy(() -> of(unknown, null))
                    .isInstanceOfSatisfying(
                            BackupException.class,
                            e -> assertThat(e.is(PoolFault.RIGHTS)).isTrue())
                    .hasMessageContaining("SBG-Y009 files can't be given to " + unknown + ": this machine has no");
        }
    }
}
