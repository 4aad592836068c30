package names

// Legal forms and filler words, as they stand in names after folding: lower case, without accents
// and without the dots of an abbreviation ("S.A." is "sa"). A text of several words is one form.

// legalForms say as what a company is registered.
var legalForms = setOf(`
	ag gmbh ggmbh mbh kg kgaa ohg gbr ug eg ev ek ekfr se sce gmbhcokg cokg
	ltd limited llc llp lp plc inc incorporated corp corporation co company lc pc pllc cic
	sa sas sasu sarl eurl snc sci scop sca scs sc sl slu slne srl sll sal spa sapa snc scarl
	bv nv cv vof bvba cvba nvsa
	ab hb kb as asa ans da ks aps is ivs oy oyj ky tmi ehf hf
	sro as spol vos kft bt nyrt zrt rt doo dd ad eood ood ead sp zoo ska sj
	lda ltda eireli epp sgps cia cv sab sapi sac saa eirl cltda
	pty pte sdn bhd pvt private tbk pt cc rf npc soc
	kk gk yk co-op
	jsc ojsc pjsc cjsc ooo oao zao pao ao too tov fze fzco fzc fzllc wll bsc dmcc psc
	sti as san tic
	ооо оао зао пао ао ип тов тоо нко
	αε εε οε επε ικε
	ευ
	شركة شركه الشركة ذمم المحدودة المساهمة בעמ
`)

// formPhrases are legal forms of several words, longest first. Single letters that stand side by
// side are one word by then.
var formPhrases = []string{
	"gmbh und co kgaa", "gmbh und co kg", "gmbh and co kgaa", "gmbh and co kg", "gmbh co kg", "ag und co kg", "ag and co kg", "ag co kg",
	"und co kg", "and co kg", "sp z oo", "sp zoo", "spolka z oo", "spol s ro", "spol sro", "sa de cv", "s de rl de cv", "sde rl de cv", "de cv",
	"sociedad anonima", "societe anonyme", "naamloze vennootschap", "besloten vennootschap",
}

// fillers are words that many names of companies have.
var fillers = setOf(`
	the of and for a an at in by on
	der die das des dem den und fur von vom zu zum zur am im
	de du des la le les l et en au aux d un une pour
	el los las y e o da do dos das di del della dello degli il lo gli i per con
	het een van voor met och og ja i
	group gruppe groupe grupo gruppo groep grupa holding holdings international internacional internazionale internationale intl
	global globale worldwide world national nacional nationale bank banking banque banco banca sparkasse
	service services servicios servizi dienste dienstleistungen solution solutions soluciones soluzioni losungen
	technology technologies technologie technologien tecnologia tecnologias tech system systems systeme systemes sistemi sistemas
	software digital consulting consultants beratung partner partners associates management enterprise enterprises business
	industry industries industrie industrial ventures capital investments finance financial
	university universities universitat universite universidad universidade universita universiteit hochschule college school schule
	ministry ministere ministerium ministerio ministero department departement agency authority office council committee government
	city town county region state stadt gemeinde ville ciudad citta cidade comune municipality commune kreis land
	hospital hospitals clinic clinics klinik klinikum krankenhaus
	insurance insurances assurance assurances versicherung versicherungen seguros assicurazioni energy energie energia power
	مجموعة المجموعة مؤسسة جامعة وزارة مدينة בנק
	company companies firma societe sociedad societa compania foundation stiftung trust
	europe european europa deutschland germany france usa america us uk
`)

// wordless are legal forms and filler words in scripts that part words by no spaces.
var wordless = []string{
	"株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "一般社団法人", "公益財団法人", "独立行政法人", "ホールディングス", "グループ", "ジャパン", "インターナショナル",
	"股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团", "集團", "公司", "銀行", "银行", "国際", "国际", "國際", "科技", "技術", "技术", "日本", "中国",
	"주식회사", "유한회사", "그룹", "홀딩스", "은행", "บริษัท", "จำกัด", "มหาชน", "ธนาคาร",
}
