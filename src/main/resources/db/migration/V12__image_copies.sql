-- Further copies of images in disk pools (R5). They are read when the image itself can't be; nothing expires them.
create table image_copy_file (
    backup     bigint  not null references backup (id),
    copy       integer not null,
    section    integer not null,
    pool       text    not null,
    path       text    not null,
    bytes      bigint  not null,
    crc32c     bigint  not null,
    primary key (backup, copy, section)
) ${clustered};
create index image_copy_file_pool on image_copy_file (pool);
