"""Who may do which act at which point of a task's life, and what everybody else is told: see tests/unit/applications/test_every_act.py."""

EXPECTED = {
    "extend": """
        kind                                   state                                       rev1  rev2  deci  head              depu  soon  oRev  oDec  oHea              acce              cler  supe  audi  gove              appl  nobo
        review,inspect,consult,decide          released,open,claimed                       post  post  post  yes               post  post  post  post  dept              yes               post  post  post  post              post  post
        special                                released,open                               post  post  post  yes               post  post  post  post  dept              yes               post  post  post  post              post  post
        review,inspect,consult,special,decide  done,cancelled,withdrawn                    post  post  post  not_under_review  post  post  post  post  not_under_review  not_under_review  post  post  post  not_under_review  post  post
        payout,post_check                      released,open,claimed,done,cancelled,joint  post  post  post  not_under_review  post  post  post  post  not_under_review  not_under_review  post  post  post  not_under_review  post  post
        review,inspect,consult,special,decide  joint                                       post  post  post  post              post  post  post  post  post              post              post  post  post  yes               post  post
    """,
    "suspend": """
        kind            state                                   rev1              rev2  deci  head  depu              soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect  released,open,done,cancelled,withdrawn  late              late  post  post  late              late  dept  post  post  late  post  post  post  post  post  post
        post_check      released,open,done,cancelled            late              late  post  post  late              late  dept  post  post  late  post  post  post  post  post  post
        review,inspect  claimed                                 yes               held  post  post  yes               held  dept  post  post  held  post  post  post  post  post  post
        consult         released,open,done,cancelled,withdrawn  late              late  post  late  late              late  dept  post  dept  late  post  post  post  post  post  post
        consult         claimed                                 yes               held  post  held  yes               held  dept  post  dept  held  post  post  post  post  post  post
        special         released,open,done,cancelled,withdrawn  auto              auto  auto  auto  auto              auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide          released,open,done,cancelled,withdrawn  post              post  late  late  late              late  post  dept  dept  late  post  post  post  post  post  post
        decide          claimed                                 post              post  yes   held  yes               held  post  dept  dept  held  post  post  post  post  post  post
        payout          released,open,done,cancelled            late              late  late  post  late              late  dept  dept  post  late  post  post  post  post  post  post
        payout          claimed                                 not_under_review  held  held  post  not_under_review  held  dept  dept  post  held  post  post  post  post  post  post
        post_check      claimed                                 not_under_review  held  post  post  not_under_review  held  dept  post  post  held  post  post  post  post  post  post
    """,
    "resume": """
        kind                                      state                                   rev1           rev2  deci           head           depu           soon  oRev  oDec  oHea  acce           cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide             released,open,cancelled,withdrawn       post           post  post           not_suspended  post           post  post  post  dept  not_suspended  post  post  post  post  post  post
        payout,post_check                         released,open,cancelled                 post           post  post           not_suspended  post           post  post  post  dept  not_suspended  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  claimed,done                            not_suspended  post  post           not_suspended  not_suspended  post  post  post  dept  not_suspended  post  post  post  post  post  post
        special                                   released,open,done,cancelled,withdrawn  auto           auto  auto           auto           auto           auto  auto  auto  auto  auto           auto  auto  auto  auto  auto  auto
        decide                                    claimed,done                            post           post  not_suspended  not_suspended  not_suspended  post  post  post  dept  not_suspended  post  post  post  post  post  post
    """,
    "send-back": """
        kind            state                                   rev1            rev2  deci            head  depu            soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect  released,open,done,cancelled,withdrawn  late            late  post            post  late            late  dept  post  post  late  post  post  post  post  post  post
        post_check      released,open,done,cancelled            late            late  post            post  late            late  dept  post  post  late  post  post  post  post  post  post
        review          claimed                                 nothing_before  held  post            post  nothing_before  held  dept  post  post  held  post  post  post  post  post  post
        inspect         claimed                                 yes             held  post            post  yes             held  dept  post  post  held  post  post  post  post  post  post
        consult         released,open,done,cancelled,withdrawn  late            late  post            late  late            late  dept  post  dept  late  post  post  post  post  post  post
        consult         claimed                                 yes             held  post            held  yes             held  dept  post  dept  held  post  post  post  post  post  post
        special         released,open,done,cancelled,withdrawn  auto            auto  auto            auto  auto            auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide          released,open,done,cancelled,withdrawn  post            post  late            late  late            late  post  dept  dept  late  post  post  post  post  post  post
        decide          claimed                                 post            post  nothing_before  held  nothing_before  held  post  dept  dept  held  post  post  post  post  post  post
        payout          released,open,done,cancelled            late            late  late            post  late            late  dept  dept  post  late  post  post  post  post  post  post
        payout          claimed                                 already_ended   held  held            post  already_ended   held  dept  dept  post  held  post  post  post  post  post  post
        post_check      claimed                                 already_ended   held  post            post  already_ended   held  dept  post  post  held  post  post  post  post  post  post
    """,
    "skip": """
        kind                    state                                           rev1  rev2  deci  head               depu  soon  oRev  oDec  oHea  acce               cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,done,cancelled                         post  post  post  late               post  post  post  post  dept  late               post  post  post  post  post  post
        review,consult          open,claimed                                    post  post  post  yes                post  post  post  post  dept  yes                post  post  post  post  post  post
        review,inspect,consult  withdrawn                                       post  post  post  already_ended      post  post  post  post  dept  already_ended      post  post  post  post  post  post
        inspect                 open,claimed                                    post  post  post  many               post  post  post  post  dept  many               post  post  post  post  post  post
        special                 released,open,done,cancelled,withdrawn          post  post  post  not_to_be_skipped  post  post  post  post  dept  not_to_be_skipped  post  post  post  post  post  post
        decide                  released,open,claimed,done,cancelled,withdrawn  post  post  post  not_to_be_skipped  post  post  post  post  dept  not_to_be_skipped  post  post  post  post  post  post
        payout,post_check       released,open,claimed,done,cancelled            post  post  post  not_to_be_skipped  post  post  post  post  dept  not_to_be_skipped  post  post  post  post  post  post
    """,
    "re-route": """
        kind                                      state                                           rev1  rev2  deci  head            depu  soon  oRev  oDec  oHea  acce            cler  supe  audi  gove  appl  nobo
        review,inspect,consult                    released,done,cancelled,withdrawn               post  post  post  late            post  post  post  post  dept  late            post  post  post  post  post  post
        payout,post_check                         released,done,cancelled                         post  post  post  late            post  post  post  post  dept  late            post  post  post  post  post  post
        review,inspect,consult,payout,post_check  open,claimed                                    post  post  post  yes             post  post  post  post  dept  yes             post  post  post  post  post  post
        special                                   released,open,done,cancelled,withdrawn          post  post  post  auto            post  post  post  post  dept  auto            post  post  post  post  post  post
        decide                                    released,open,claimed,done,cancelled,withdrawn  post  post  post  decides_itself  post  post  post  post  dept  decides_itself  post  post  post  post  post  post
    """,
    "decide": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,cancelled                         post  post  late  late  late  late  post  dept  dept  same  post  post  post  post  post  post
        decide                  claimed                                         post  post  yes   held  yes   held  post  dept  dept  same  post  post  post  post  post  post
        decide                  done,withdrawn                                  late  late  late  late  late  late  late  late  late  same  late  late  late  late  late  late
    """,
    "record": """
        kind                       state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect             released,open,done,cancelled,withdrawn  idle  idle  post  post  idle  idle  dept  post  post  idle  post  post  post  post  post  post
        post_check                 released,open,done,cancelled            idle  idle  post  post  idle  idle  dept  post  post  idle  post  post  post  post  post  post
        review,inspect,post_check  claimed                                 yes   yes   post  post  yes   yes   dept  post  post  yes   post  post  post  post  post  post
        consult                    released,open,done,cancelled,withdrawn  idle  idle  post  idle  idle  idle  dept  post  dept  idle  post  post  post  post  post  post
        consult                    claimed                                 yes   yes   post  yes   yes   yes   dept  post  dept  yes   post  post  post  post  post  post
        special                    released,open,done,cancelled,withdrawn  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide                     released,open,done,cancelled,withdrawn  post  post  idle  idle  idle  idle  post  dept  dept  idle  post  post  post  post  post  post
        decide                     claimed                                 post  post  yes   yes   yes   yes   post  dept  dept  yes   post  post  post  post  post  post
        payout                     released,open,done,cancelled            idle  idle  idle  post  idle  idle  dept  dept  post  idle  post  post  post  post  post  post
        payout                     claimed                                 yes   yes   yes   post  yes   yes   dept  dept  post  yes   post  post  post  post  post  post
    """,
    "put_back": """
        kind                                      state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide             released,open,cancelled,withdrawn       post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        special                                   released,open,done,cancelled,withdrawn  post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        payout,post_check                         released,open,cancelled                 post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  claimed                                 yes   post  post  yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
        review,inspect,consult,payout,post_check  done                                    late  post  post  late  late  post  post  post  dept  late  post  post  post  post  post  post
        decide                                    claimed                                 post  post  yes   yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
        decide                                    done                                    post  post  late  late  late  post  post  post  dept  late  post  post  post  post  post  post
    """,
    "assign": """
        kind                                             state                                      rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide                    released,claimed,done,cancelled,withdrawn  post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        payout,post_check                                released,claimed,done,cancelled            post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        review,inspect,consult,decide,payout,post_check  open                                       post  post  post  yes   post  post  post  post  dept  yes   post  post  post  post  post  post
        special                                          released,open,done,cancelled,withdrawn     post  post  post  auto  post  post  post  post  dept  auto  post  post  post  post  post  post
    """,
    "transfer": """
        kind                                      state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide             released,open,cancelled,withdrawn       post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        special                                   released,open,done,cancelled,withdrawn  post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        payout,post_check                         released,open,cancelled                 post  post  post  late  post  post  post  post  dept  late  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  claimed                                 yes   post  post  yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
        review,inspect,consult,payout,post_check  done                                    late  post  post  late  late  post  post  post  dept  late  post  post  post  post  post  post
        decide                                    claimed                                 post  post  yes   yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
        decide                                    done                                    post  post  late  late  late  post  post  post  dept  late  post  post  post  post  post  post
    """,
    "complete": """
        kind                       state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect             released,open,done,cancelled,withdrawn  late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        post_check                 released,open,done,cancelled            late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        review,inspect,post_check  claimed                                 yes   held  post  post  yes   held  dept  post  post  held  post  post  post  post  post  post
        consult                    released,open,done,cancelled,withdrawn  late  late  post  late  late  late  dept  post  dept  late  post  post  post  post  post  post
        consult                    claimed                                 yes   held  post  held  yes   held  dept  post  dept  held  post  post  post  post  post  post
        special                    released,open,done,cancelled,withdrawn  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide                     released,open,done,cancelled,withdrawn  post  post  late  late  late  late  post  dept  dept  late  post  post  post  post  post  post
        decide                     claimed                                 post  post  deci  held  deci  held  post  dept  dept  held  post  post  post  post  post  post
        payout                     released,open,done,cancelled            late  late  late  post  late  late  dept  dept  post  late  post  post  post  post  post  post
        payout                     claimed                                 pays  held  held  post  pays  held  dept  dept  post  held  post  post  post  post  post  post
    """,
    "pay": """
        kind                           state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide  released,open,claimed,done,cancelled,withdrawn  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo
        special                        released,open,done,cancelled,withdrawn          noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo
        post_check                     released,open,claimed,done,cancelled            noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo
        payout                         released,open,done,cancelled                    late  late  late  post  late  late  dept  dept  post  late  post  post  post  post  post  post
        payout                         claimed                                         yes   held  held  post  yes   held  dept  dept  post  held  post  post  post  post  post  post
    """,
    "fail-payment": """
        kind                           state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide  released,open,claimed,done,cancelled,withdrawn  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo
        special                        released,open,done,cancelled,withdrawn          noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo
        post_check                     released,open,claimed,done,cancelled            noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo  noMo
        payout                         released,open,done,cancelled                    late  late  late  post  late  late  dept  dept  post  late  post  post  post  post  post  post
        payout                         claimed                                         yes   held  held  post  yes   held  dept  dept  post  held  post  post  post  post  post  post
    """,
    "claim": """
        kind                       state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect             released,done,cancelled,withdrawn       late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        post_check                 released,done,cancelled                 late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        review,inspect,post_check  open                                    yes   yes   post  post  yes   yes   dept  post  post  yes   post  post  post  post  post  post
        review,inspect,post_check  claimed                                 held  held  post  post  held  held  dept  post  post  held  post  post  post  post  post  post
        consult                    released,done,cancelled,withdrawn       late  late  post  late  late  late  dept  post  dept  late  post  post  post  post  post  post
        consult                    open                                    yes   yes   post  yes   yes   yes   dept  post  dept  yes   post  post  post  post  post  post
        consult                    claimed                                 held  held  post  held  held  held  dept  post  dept  held  post  post  post  post  post  post
        special                    released,open,done,cancelled,withdrawn  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide                     released,done,cancelled,withdrawn       post  post  late  late  late  late  post  dept  dept  same  post  post  post  post  post  post
        decide                     open                                    post  post  yes   yes   yes   yes   post  dept  dept  same  post  post  post  post  post  post
        decide                     claimed                                 post  post  held  held  held  held  post  dept  dept  same  post  post  post  post  post  post
        payout                     released,done,cancelled                 late  late  late  post  late  late  dept  dept  post  late  post  post  post  post  post  post
        payout                     open                                    yes   yes   yes   post  yes   yes   dept  dept  post  yes   post  post  post  post  post  post
        payout                     claimed                                 held  held  held  post  held  held  dept  dept  post  held  post  post  post  post  post  post
    """,
    "answer-urging": """
        kind                                      state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide             released,open,cancelled,withdrawn       post  post  post  none  post  post  post  post  dept  none  post  post  post  post  post  post
        special                                   released,open,done,cancelled,withdrawn  post  post  post  none  post  post  post  post  dept  none  post  post  post  post  post  post
        payout,post_check                         released,open,cancelled                 post  post  post  none  post  post  post  post  dept  none  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  claimed,done                            none  post  post  none  none  post  post  post  dept  none  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  urged                                   yes   post  post  yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
        decide                                    claimed,done                            post  post  none  none  none  post  post  post  dept  none  post  post  post  post  post  post
        decide                                    urged                                   post  post  yes   yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
    """,
    "urge": """
        kind                                             state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide,payout,post_check  released,open,claimed                   noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  yes   noUr  noUr  noUr  noUr
        review,inspect,consult,decide                    done,cancelled,withdrawn                noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  over  noUr  noUr  noUr  noUr
        payout,post_check                                done,cancelled                          noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  over  noUr  noUr  noUr  noUr
        review,inspect,consult,decide,payout,post_check  urged                                   noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  urgd  noUr  noUr  noUr  noUr
        special                                          released,open,done,cancelled,withdrawn  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  noUr  auto  noUr  noUr  noUr  noUr
    """,
    "confirm": """
        kind               state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect     released,open,done,cancelled,withdrawn  idle  idle  post  post  idle  idle  dept  post  post  idle  post  post  post  post  post  post
        post_check         released,open,done,cancelled            idle  idle  post  post  idle  idle  dept  post  post  idle  post  post  post  post  post  post
        review,post_check  claimed                                 site  site  post  post  site  site  dept  post  post  site  post  post  post  post  post  post
        inspect            claimed                                 own   own   post  post  yes   yes   dept  post  post  yes   post  post  post  post  post  post
        consult            released,open,done,cancelled,withdrawn  idle  idle  post  idle  idle  idle  dept  post  dept  idle  post  post  post  post  post  post
        consult            claimed                                 site  site  post  site  site  site  dept  post  dept  site  post  post  post  post  post  post
        special            released,open,done,cancelled,withdrawn  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide             released,open,done,cancelled,withdrawn  post  post  idle  idle  idle  idle  post  dept  dept  idle  post  post  post  post  post  post
        decide             claimed                                 post  post  site  site  site  site  post  dept  dept  site  post  post  post  post  post  post
        payout             released,open,done,cancelled            idle  idle  idle  post  idle  idle  dept  dept  post  idle  post  post  post  post  post  post
        payout             claimed                                 site  site  site  post  site  site  dept  dept  post  site  post  post  post  post  post  post
    """,
    "consult": """
        kind                       state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect             released,open,done,cancelled,withdrawn  late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        post_check                 released,open,done,cancelled            late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        review,inspect,post_check  claimed                                 yes   held  post  post  yes   held  dept  post  post  held  post  post  post  post  post  post
        consult                    released,open,done,cancelled,withdrawn  late  late  post  late  late  late  dept  post  dept  late  post  post  post  post  post  post
        consult                    claimed                                 yes   held  post  held  yes   held  dept  post  dept  held  post  post  post  post  post  post
        special                    released,open,done,cancelled,withdrawn  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto  auto
        decide                     released,open,done,cancelled,withdrawn  post  post  late  late  late  late  post  dept  dept  late  post  post  post  post  post  post
        decide                     claimed                                 post  post  yes   held  yes   held  post  dept  dept  held  post  post  post  post  post  post
        payout                     released,open,done,cancelled            late  late  late  post  late  late  dept  dept  post  late  post  post  post  post  post  post
        payout                     claimed                                 yes   held  held  post  yes   held  dept  dept  post  held  post  post  post  post  post  post
    """,
    "take-back-question": """
        kind                                      state                                   rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide             released,open,cancelled,withdrawn       post  post  post  nAsk  post  post  post  post  dept  nAsk  post  post  post  post  post  post
        special                                   released,open,done,cancelled,withdrawn  post  post  post  nAsk  post  post  post  post  dept  nAsk  post  post  post  post  post  post
        payout,post_check                         released,open,cancelled                 post  post  post  nAsk  post  post  post  post  dept  nAsk  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  claimed,done                            nAsk  post  post  nAsk  nAsk  post  post  post  dept  nAsk  post  post  post  post  post  post
        review,inspect,consult,payout,post_check  asked                                   yes   post  post  yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
        decide                                    claimed,done                            post  post  nAsk  nAsk  nAsk  post  post  post  dept  nAsk  post  post  post  post  post  post
        decide                                    asked                                   post  post  yes   yes   yes   post  post  post  dept  yes   post  post  post  post  post  post
    """,
    "annotate": """
        kind                           state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide  released,open,claimed,done,cancelled,withdrawn  yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
        special                        released,open,done,cancelled,withdrawn          yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
        payout,post_check              released,open,claimed,done,cancelled            yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
    """,
    "resolve": """
        kind                                                     state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide                            released,open,claimed,done,cancelled,withdrawn  nRes  nRes  nRes  nRes  nRes  nRes  dept  dept  dept  nRes  post  post  post  post  post  post
        special                                                  released,open,done,cancelled,withdrawn          nRes  nRes  nRes  nRes  nRes  nRes  dept  dept  dept  nRes  post  post  post  post  post  post
        payout,post_check                                        released,open,claimed,done,cancelled            nRes  nRes  nRes  nRes  nRes  nRes  dept  dept  dept  nRes  post  post  post  post  post  post
        review,inspect,consult,special,decide,payout,post_check  annotated                                       yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
    """,
    "note": """
        kind                           state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide  released,open,claimed,done,cancelled,withdrawn  yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
        special                        released,open,done,cancelled,withdrawn          yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
        payout,post_check              released,open,claimed,done,cancelled            yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
    """,
    "order-mending": """
        kind                           state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide  released,open,claimed,done,cancelled,withdrawn  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo
        special                        released,open,done,cancelled,withdrawn          noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo
        payout                         released,open,claimed,done,cancelled            noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo
        post_check                     released,open,done,cancelled                    late  late  post  post  late  late  dept  post  post  late  post  post  post  post  post  post
        post_check                     claimed                                         yes   held  post  post  yes   held  dept  post  post  held  post  post  post  post  post  post
    """,
    "revoke": """
        kind                           state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult,decide  released,open,claimed,done,cancelled,withdrawn  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo
        special                        released,open,done,cancelled,withdrawn          noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo
        payout                         released,open,claimed,done,cancelled            noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo  noPo
        post_check                     released,open,claimed,done,cancelled            post  post  noRe  noRe  post  post  post  dept  dept  same  post  post  post  post  post  post
    """,
    "draft-decision": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,claimed                           yes   yes   yes   yes   yes   yes   dept  dept  dept  yes   post  post  post  post  post  post
        decide                  done,cancelled,withdrawn                        late  late  late  late  late  late  late  late  late  late  late  late  late  late  late  late
    """,
    "return-supply": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,cancelled                         post  post  late  late  late  late  post  dept  dept  same  post  post  post  post  post  post
        decide                  claimed                                         post  post  late  held  late  held  post  dept  dept  same  post  post  post  post  post  post
        decide                  done,withdrawn                                  late  late  late  late  late  late  late  late  late  same  late  late  late  late  late  late
    """,
    "convert": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,cancelled                         post  post  late  late  late  late  post  dept  dept  same  post  post  post  post  post  post
        decide                  claimed                                         post  post  late  held  late  held  post  dept  dept  same  post  post  post  post  post  post
        decide                  done,withdrawn                                  late  late  late  late  late  late  late  late  late  same  late  late  late  late  late  late
    """,
    "withhold": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,claimed,done,cancelled,withdrawn  post  post  noPu  noPu  noPu  noPu  post  dept  dept  noPu  post  post  post  post  post  post
    """,
    "simulate": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,cancelled                         post  post  late  late  late  late  post  dept  dept  same  post  post  post  post  post  post
        decide                  claimed                                         post  post  noSi  held  noSi  held  post  dept  dept  same  post  post  post  post  post  post
        decide                  done,withdrawn                                  late  late  late  late  late  late  late  late  late  same  late  late  late  late  late  late
    """,
    "return-draft": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,claimed                           post  post  post  noDr  post  post  post  post  dept  noDr  post  post  post  post  post  post
        decide                  done,cancelled,withdrawn                        late  late  late  late  late  late  late  late  late  late  late  late  late  late  late  late
    """,
    "countersign": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,claimed                           post  post  post  noDr  post  post  post  post  dept  noDr  post  post  post  post  post  post
        decide                  done,cancelled,withdrawn                        late  late  late  late  late  late  late  late  late  late  late  late  late  late  late  late
    """,
    "reopen": """
        kind                    state                                           rev1  rev2  deci  head  depu  soon  oRev  oDec  oHea  acce  cler  supe  audi  gove  appl  nobo
        review,inspect,consult  released,open,claimed,done,cancelled,withdrawn  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        special                 released,open,done,cancelled,withdrawn          kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        payout,post_check       released,open,claimed,done,cancelled            kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind  kind
        decide                  released,open,cancelled                         post  post  late  late  late  late  post  dept  dept  same  post  post  post  post  post  post
        decide                  claimed                                         post  post  late  held  late  held  post  dept  dept  same  post  post  post  post  post  post
        decide                  done,withdrawn                                  late  late  late  late  late  late  late  late  late  same  late  late  late  late  late  late
    """,
}
