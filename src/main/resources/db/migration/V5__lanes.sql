-- An image that several drives write at once is spread over lanes; sections count within their lane (M28).
create table section_of_lane (
    backup          bigint  not null references backup (id),
    lane            integer not null,
    section         integer not null,
    volume          text    not null,
    file_number     integer not null,
    volume_sequence integer not null,
    label_address   bigint  not null,
    data_address    bigint  not null,
    block_size      integer not null,
    blocks          bigint  not null,
    bytes           bigint  not null,
    primary key (backup, lane, section)
) ${clustered};
insert into section_of_lane (backup, lane, section, volume, file_number, volume_sequence, label_address, data_address,
                             block_size, blocks, bytes)
    select backup, 1, section, volume, file_number, volume_sequence, label_address, data_address, block_size, blocks, bytes
    from section;
drop table section;
alter table section_of_lane rename to section;
create index section_volume on section (volume);
