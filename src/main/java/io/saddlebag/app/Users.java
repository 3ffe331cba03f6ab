package io.saddlebag.app;

import io.saddlebag.app.config.ConfigFault;
import io.saddlebag.app.config.ConfigFile;
import io.saddlebag.app.config.UserConfig;
import io.saddlebag.backup.SourceRights;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.disk.Disks;
import io.saddlebag.fault.BackupException;
import io.saddlebag.host.HostFiles;
import io.saddlebag.host.local.UserFiles;
import io.saddlebag.job.Job;
import io.saddlebag.lease.watchdog.ProcessWatchdog;
import io.saddlebag.restore.GroupRequest;
import io.saddlebag.restore.RestorePlan;
import io.saddlebag.restore.RestorePreview;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.restore.Restores;
import io.saddlebag.snapshot.SnapshotProvider;
import io.saddlebag.snapshot.none.NoSnapshots;
import io.saddlebag.tapeoption.Prompt;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what (D5, X9), as far as the configuration knows: with no users in it, everybody who gets to the node has its
 * rights.
 */
final class Users implements SourceRights {
    private final Map<String, UserConfig> users;
    private final HostFiles files;
    private final String owner;

    /** @param owner the operating-system user of this process */
    Users(Map<String, UserConfig> users, HostFiles files, String owner) {
        this.users = users;
        this.files = files;
        this.owner = owner;
    }

    @Override
    public Reader of(@Nullable String requester) throws IOException {
        if (isPrivileged(requester, UserConfig.BACKUP_PRIVILEGED)) {
            return new Reader(files, null, () -> {});
        }
        String asked = String.valueOf(requester);
        String configured = known(asked).osUser();
        String osUser = configured == null ? asked : configured;
        if (osUser.equals(owner)) {
            return new Reader(files, osUser, () -> {});
        }
        UserFiles read =
                UserFiles.start(ProcessWatchdog.javaCommand(UserReader.class.getName(), List.of(osUser)), osUser);
        return new Reader(read, osUser, read);
    }

    @Override
    public void requireQuiesce(@Nullable String requester, String database) throws BackupException {
        if (!isPrivileged(requester, UserConfig.BACKUP_PRIVILEGED)
                && !isPrivileged(requester, UserConfig.OPERATE_DATABASES)) {
            throw new BackupException(
                    ConfigFault.NOT_ALLOWED,
                    "user '" + requester + "' may not stop database " + database + " or put it in backup mode",
                    "Ask somebody with the right " + UserConfig.OPERATE_DATABASES + " or "
                            + UserConfig.BACKUP_PRIVILEGED + ", or wait for its schedule.");
        }
    }

    @Override
    public SnapshotProvider unsnapped() {
        return new NoSnapshots(Clock.systemUTC());
    }

    @Override
    public Disks disks(Disks all, Reader reader) {
        return reader.files() instanceof UserFiles user ? new UserDisks(all, user) : all;
    }

    private boolean isPrivileged(@Nullable String requester, String right) throws BackupException {
        return users.isEmpty() || requester == null || known(requester).has(right);
    }

    private UserConfig known(String name) throws BackupException {
        UserConfig user = users.get(name);
        if (user == null) {
            throw new BackupException(
                    ConfigFault.UNKNOWN_NAME,
                    "user '" + name + "' is none of " + new TreeSet<>(users.keySet()) + " in " + ConfigFile.PLACE,
                    "Add the user there, below 'users'.");
        }
        return user;
    }

    /** Restores write with the node's rights, so that only those may ask who have the right to. */
    Restores guarding(Restores restores) {
        return new Restores() {
            @Override
            public RestorePlan plan(RestoreRequest request) throws IOException {
                requireRight(request.user());
                return restores.plan(request);
            }

            @Override
            public RestorePreview preview(RestoreRequest request) throws IOException {
                requireRight(request.user());
                return restores.preview(request);
            }

            @Override
            public List<Job> restore(RestoreRequest request) throws IOException, InterruptedException {
                requireRight(request.user());
                return restores.restore(request);
            }

            @Override
            public List<Job> restoreGroup(GroupRequest request) throws IOException, InterruptedException {
                requireRight(request.user());
                return restores.restoreGroup(request);
            }

            @Override
            public Job verify(BackupId id, @Nullable String user, Prompt prompt)
                    throws IOException, InterruptedException {
                return restores.verify(id, user, prompt);
            }
        };
    }

    /** @throws BackupException when they may not restore with the node's rights */
    void requireRight(@Nullable String requester) throws BackupException {
        if (!isPrivileged(requester, UserConfig.RESTORE_PRIVILEGED)) {
            throw new BackupException(
                    ConfigFault.NOT_ALLOWED,
                    "user '" + requester + "' may not restore: restores write with the rights of the node",
                    "Ask somebody with the right " + UserConfig.RESTORE_PRIVILEGED + ", or send the image to a file and"
                            + " restore it with 'saddlebag unpack'.");
        }
    }
}
